#pragma once

#include "media/ingest/publication.hpp"
#include "system/io/event_loop.hpp"
#include "system/io/timer.hpp"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

/// A target for tests that writes down what publishers do, on whatever loop it is told to.
namespace directfanz::rtmp::testing {

/// What came of one publication. Read it through RecordingTarget::wait_for.
struct Record {
    ingest::PublishRequest request;
    std::vector<Track> tracks;
    std::map<MediaKind, std::vector<Sample>> samples;
    std::uint32_t claimed_bitrate = 0;
    std::optional<ingest::EndReason> end;
    std::function<void(Error const&)> stop;
    bool always_on_its_loop = true;

    std::size_t count(MediaKind kind) const {
        auto const found = samples.find(kind);
        return found == samples.end() ? 0 : found->second.size();
    }
    Track const* last(MediaKind kind) const {
        Track const* found = nullptr;
        for (auto const& track : tracks) {
            if (track.kind == kind) found = &track;
        }
        return found;
    }
};

class RecordingTarget : public ingest::PublishTarget {
  public:
    explicit RecordingTarget(io::LoopPool& loops) : loops_(loops) {}

    /// Before publishers come: which loop owns the broadcasts, how long the gate takes, and keys
    /// that are refused, with the reason.
    std::size_t owner_loop = 0;
    milliseconds delay{0};
    std::map<std::string, Error> refused;
    /// How many publishers have waited for the gate at a time.
    std::atomic<int> most_waiting = 0;

    io::Task<Result<std::shared_ptr<ingest::Publication>>> open(
        ingest::PublishRequest request) override {
        if (delay > milliseconds(0)) {
            auto const waiting = ++waiting_;
            most_waiting = std::max(most_waiting.load(), waiting);
            co_await io::sleep_for(*io::EventLoop::current(), delay);
            --waiting_;
        }
        auto const found = refused.find(request.stream_key);
        if (found != refused.end()) co_return std::unexpected(found->second);
        co_return add(std::move(request));
    }

    /// Waits until `condition` holds for the record of `index`; false after 20 s.
    bool wait_for(std::size_t index, std::function<bool(Record const&)> const& condition) {
        for (int i = 0; i < 2000; ++i) {
            {
                std::lock_guard const lock(mutex_);
                if (index < records_.size() && condition(*records_[index])) return true;
            }
            std::this_thread::sleep_for(milliseconds(10));
        }
        return false;
    }
    bool wait_for_end(std::size_t index) {
        return wait_for(index, [](Record const& r) { return r.end.has_value(); });
    }

    Record record(std::size_t index) {
        std::lock_guard const lock(mutex_);
        return index < records_.size() ? *records_[index] : Record{};
    }
    std::size_t size() {
        std::lock_guard const lock(mutex_);
        return records_.size();
    }

    /// As the owner of the broadcast would: on its loop.
    void stop(std::size_t index, Error const& reason) {
        auto const stop = record(index).stop;
        loops_[owner_loop].post([stop, reason] { stop(reason); });
    }

  private:
    class Recorder : public ingest::Publication {
      public:
        Recorder(RecordingTarget& target, io::EventLoop& loop, std::shared_ptr<Record> record)
            : target_(target), loop_(loop), record_(std::move(record)) {}
        ~Recorder() override {
            std::lock_guard const lock(target_.mutex_);
            if (!record_->end) record_->end = ingest::EndReason::lost;
        }

        std::string_view stream() const override { return "s1"; }
        io::EventLoop& loop() override { return loop_; }
        void configure(Track track) override {
            std::lock_guard const lock(target_.mutex_);
            note();
            record_->tracks.push_back(std::move(track));
        }
        void push(MediaKind kind, Sample sample) override {
            std::lock_guard const lock(target_.mutex_);
            note();
            record_->samples[kind].push_back(std::move(sample));
        }
        void claim_video_bitrate(std::uint32_t bitrate) override {
            std::lock_guard const lock(target_.mutex_);
            note();
            record_->claimed_bitrate = bitrate;
        }
        void on_stop(std::function<void(Error const&)> stop) override {
            std::lock_guard const lock(target_.mutex_);
            note();
            record_->stop = std::move(stop);
        }
        void finish(ingest::EndReason reason) override {
            std::lock_guard const lock(target_.mutex_);
            note();
            record_->end = reason;
        }

      private:
        void note() { record_->always_on_its_loop &= loop_.is_current(); }

        RecordingTarget& target_;
        io::EventLoop& loop_;
        std::shared_ptr<Record> record_;
    };

    std::shared_ptr<ingest::Publication> add(ingest::PublishRequest request) {
        std::lock_guard const lock(mutex_);
        auto record = std::make_shared<Record>();
        record->request = std::move(request);
        records_.push_back(record);
        return std::make_shared<Recorder>(*this, loops_[owner_loop], std::move(record));
    }

    io::LoopPool& loops_;
    std::atomic<int> waiting_ = 0;
    std::mutex mutex_;
    std::vector<std::shared_ptr<Record>> records_;
};

}  // namespace directfanz::rtmp::testing
