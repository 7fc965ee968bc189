// What ThreadSanitizer cannot know: Debian's libavcodec is not built with it, so that the order in
// which its frame threads let go of a buffer is hidden from it.

#if defined(__has_feature)
#if __has_feature(thread_sanitizer)
extern "C" char const* __tsan_default_suppressions();
extern "C" char const* __tsan_default_suppressions() {
    return "race:av_buffer_unref\n";
}
#endif
#endif
