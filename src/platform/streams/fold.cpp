#include "platform/streams/fold.hpp"

#include <algorithm>
#include <climits>
#include <cwchar>
#include <cwctype>

#include <locale.h>

namespace directfanz::streams {
namespace {

/// Built into the C library: there on every system.
locale_t utf8() {
    static locale_t const locale = ::newlocale(LC_CTYPE_MASK, "C.UTF-8", nullptr);
    return locale;
}

/// Uses a locale on this thread for a while.
class LocaleScope {
  public:
    LocaleScope() : before_(::uselocale(utf8())) {}
    ~LocaleScope() { ::uselocale(before_); }
    LocaleScope(LocaleScope const&) = delete;
    LocaleScope& operator=(LocaleScope const&) = delete;

  private:
    locale_t before_;
};

}  // namespace

std::string fold(std::string_view text) {
    LocaleScope const scope;
    std::string folded;
    std::mbstate_t reading{};
    std::mbstate_t writing{};
    while (!text.empty()) {
        wchar_t letter = 0;
        auto const length = std::mbrtowc(&letter, text.data(), text.size(), &reading);
        if (length == 0 || length > text.size()) break;
        char bytes[MB_LEN_MAX];
        auto const written = std::wcrtomb(
            bytes, static_cast<wchar_t>(std::towlower(static_cast<wint_t>(letter))), &writing);
        if (written > sizeof bytes) break;
        folded.append(bytes, written);
        text.remove_prefix(length);
    }
    return folded;
}

std::vector<std::string> search_words(std::string_view query) {
    auto const folded = fold(query);
    std::vector<std::string> words;
    std::string_view rest(folded);
    while (!rest.empty()) {
        auto const end = std::min(rest.find(' '), rest.size());
        if (end > 0) words.emplace_back(rest.substr(0, end));
        rest.remove_prefix(std::min(end + 1, rest.size()));
    }
    return words;
}

}  // namespace directfanz::streams
