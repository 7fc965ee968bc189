#include "system/http/outgoing.hpp"

#include <array>
#include <span>

#include <sys/uio.h>

namespace directfanz::http {
namespace {

/// What one call sends from a file, so that a peer that reads as fast as we write gives the loop's
/// others their turn.
constexpr std::size_t kMostFileBytes = 4 * 1024 * 1024;

}  // namespace

ByteView Outgoing::rest_of(std::size_t index) const {
    auto const whole = index == 0 ? as_bytes(head_) : body_[index - 1].view();
    return index == part_ ? whole.subspan(offset_) : whole;
}

io::FileSpan Outgoing::file_run(std::size_t index) const {
    io::FileSpan run;
    for (auto i = index; i > 0 && i <= body_.size(); ++i) {
        auto const rest = rest_of(i);
        if (rest.empty()) continue;
        auto place = body_[i - 1].file();
        if (!place) break;
        place->offset += body_[i - 1].size() - rest.size();
        if (run.bytes.empty()) {
            run = {.descriptor = place->descriptor, .offset = place->offset, .bytes = rest};
            continue;
        }
        // The same file is mapped once, so neighbours there are neighbours in memory.
        auto const follows = place->descriptor == run.descriptor &&
                             place->offset == run.offset + run.bytes.size() &&
                             rest.data() == run.bytes.data() + run.bytes.size();
        if (!follows || run.bytes.size() >= kMostFileBytes) break;
        run.bytes = ByteView(run.bytes.data(), run.bytes.size() + rest.size());
    }
    if (run.bytes.size() > kMostFileBytes) run.bytes = run.bytes.first(kMostFileBytes);
    return run;
}

void Outgoing::advance(std::size_t bytes) {
    while (!finished()) {
        auto const rest = rest_of(part_).size();
        if (bytes < rest) {
            offset_ += bytes;
            return;
        }
        bytes -= rest;
        ++part_;
        offset_ = 0;
    }
}

io::IoOutcome Outgoing::write_to(io::ByteStream& stream) {
    std::array<iovec, io::kMaxGather> parts;
    std::size_t count = 0;
    io::FileSpan file;
    for (auto i = part_; i <= body_.size() && count < parts.size(); ++i) {
        auto const rest = rest_of(i);
        if (rest.empty()) continue;
        auto const run = file_run(i);
        if (run.bytes.size() >= kSendFileBytes) {
            file = run;
            break;
        }
        parts[count++] = {.iov_base = const_cast<std::uint8_t*>(rest.data()),
                          .iov_len = rest.size()};
    }
    auto const gathered = std::span(parts).first(count);
    auto const outcome =
        file.bytes.empty() ? stream.write(gathered) : stream.send_file(gathered, file);
    if (outcome.status == io::IoStatus::done) advance(outcome.bytes);
    return outcome;
}

}  // namespace directfanz::http
