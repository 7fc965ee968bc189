#include "system/http/outgoing.hpp"

#include "base/memory_file.hpp"
#include "base/property_test.hpp"

#include <algorithm>
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>
#include <unistd.h>

namespace directfanz::http {
namespace {

using directfanz::testing::for_all_seeds;
using directfanz::testing::Generator;

/// What one call was given: how many bytes were gathered, and how many it was to take of a file.
struct Call {
    std::size_t gathered = 0;
    std::size_t of_file = 0;

    bool operator==(Call const&) const = default;
};

/// Takes what it is given, at most `room` bytes a call, and reads files by themselves.
class RecordingStream final : public io::ByteStream {
  public:
    std::function<std::size_t()> room = [] { return std::size_t{1} << 30; };
    std::vector<Call> calls;
    std::string written;

    io::IoOutcome write(std::span<iovec const> parts) override { return take(parts, {}); }

    io::IoOutcome send_file(std::span<iovec const> before, io::FileSpan const& file) override {
        Bytes content(file.bytes.size());
        auto const got = ::pread(file.descriptor, content.data(), content.size(),
                                 static_cast<off_t>(file.offset));
        EXPECT_EQ(got, static_cast<ssize_t>(content.size()));
        EXPECT_TRUE(std::ranges::equal(content, file.bytes)) << "the mapping has other bytes";
        return take(before, content);
    }

    io::IoOutcome read(std::span<std::uint8_t>) override { return {}; }
    io::Task<> ready(io::Readiness) override { co_return; }
    void cancel() override {}
    void finish_writing() override {}
    void close() override {}
    bool peer_has_left() const override { return false; }

  private:
    io::IoOutcome take(std::span<iovec const> parts, ByteView file) {
        EXPECT_LE(parts.size(), io::kMaxGather);
        std::string all;
        for (auto const& part : parts) {
            EXPECT_GT(part.iov_len, 0U);
            all.append(static_cast<char const*>(part.iov_base), part.iov_len);
        }
        calls.push_back({.gathered = all.size(), .of_file = file.size()});
        all += as_text(file);
        auto const count = std::min(all.size(), room());
        EXPECT_GT(all.size(), 0U) << "a call without bytes";
        if (count == 0) return {.status = io::IoStatus::would_block};
        written.append(all, 0, count);
        return {.status = io::IoStatus::done, .bytes = count};
    }
};

Blob in_file(ByteView bytes) {
    return MemoryFile::holding(bytes).value();
}

/// Blobs of these sizes, side by side in one file.
std::vector<Blob> neighbours(std::vector<std::size_t> const& sizes) {
    auto file = MemoryFile::create(std::size_t{64} << 20).value();
    std::vector<Blob> blobs;
    std::uint8_t next = 0;
    for (auto const size : sizes) blobs.push_back(file.append(Bytes(size, ++next)).value());
    return blobs;
}

std::string text_of(std::string const& head, std::vector<Blob> const& body) {
    auto text = head;
    for (auto const& blob : body) text += blob.text();
    return text;
}

void write_all(RecordingStream& stream, std::string const& head, std::vector<Blob> const& body) {
    Outgoing outgoing(head, body);
    while (!outgoing.finished()) outgoing.write_to(stream);
    EXPECT_EQ(stream.written, text_of(head, body));
}

std::vector<Call> calls_for(std::string const& head, std::vector<Blob> const& body) {
    RecordingStream stream;
    write_all(stream, head, body);
    return stream.calls;
}

using Calls = std::vector<Call>;

TEST(Outgoing, AHeadAloneIsOneWrite) {
    EXPECT_EQ(calls_for("head", {}), (Calls{{.gathered = 4}}));
}

TEST(Outgoing, AnEmptyBodyIsNotWritten) {
    EXPECT_EQ(calls_for("head", {Blob(), Blob(std::string())}), (Calls{{.gathered = 4}}));
}

TEST(Outgoing, WhatIsInMemoryGoesWithTheHead) {
    std::vector<Blob> const body{Blob(Bytes(1000)), Blob(Bytes(500'000))};
    EXPECT_EQ(calls_for("head", body), (Calls{{.gathered = 501'004}}));
}

TEST(Outgoing, ALittleOfAFileGoesWithTheHead) {
    EXPECT_EQ(calls_for("head", {in_file(Bytes(kSendFileBytes - 1))}),
              (Calls{{.gathered = kSendFileBytes + 3}}));
}

TEST(Outgoing, MuchOfAFileIsSentFromTheFileBehindTheHead) {
    EXPECT_EQ(calls_for("head", {in_file(Bytes(kSendFileBytes, 7))}),
              (Calls{{.gathered = 4, .of_file = kSendFileBytes}}));
}

TEST(Outgoing, NeighboursInOneFileAreOneCall) {
    EXPECT_EQ(calls_for("head", neighbours({1000, 50'000, 70'000, 2})),
              (Calls{{.gathered = 4, .of_file = 121'002}}));
}

TEST(Outgoing, SmallNeighboursAreLargeTogether) {
    EXPECT_EQ(calls_for("head", neighbours(std::vector<std::size_t>(100, 1000))),
              (Calls{{.gathered = 4, .of_file = 100'000}}));
}

TEST(Outgoing, AnEmptyBlobBetweenNeighboursDoesNotPartThem) {
    auto body = neighbours({50'000, 60'000});
    body.insert(body.begin() + 1, Blob());
    EXPECT_EQ(calls_for("head", body), (Calls{{.gathered = 4, .of_file = 110'000}}));
}

TEST(Outgoing, PiecesOfAFileThatAreNoNeighboursAreCallsOfTheirOwn) {
    auto const whole = in_file(Bytes(200'000, 1));
    EXPECT_EQ(calls_for("head", {whole.slice(0, 50'000), whole.slice(50'001, 60'000)}),
              (Calls{{.gathered = 4, .of_file = 50'000}, {.of_file = 60'000}}));
    EXPECT_EQ(calls_for("head", {whole.slice(0, 50'000), whole.slice(0, 50'000)}),
              (Calls{{.gathered = 4, .of_file = 50'000}, {.of_file = 50'000}}));
}

TEST(Outgoing, NeighboursInMemoryFromTwoFilesAreNotTakenForOne) {
    std::vector<Blob> body{in_file(Bytes(40'000, 1)), in_file(Bytes(40'000, 2))};
    EXPECT_EQ(calls_for("head", body),
              (Calls{{.gathered = 4, .of_file = 40'000}, {.of_file = 40'000}}));
}

TEST(Outgoing, MemoryBetweenFilesKeepsItsPlace) {
    std::vector<Blob> const body{in_file(Bytes(40'000, 1)), Blob(Bytes(10, 2)),
                                 in_file(Bytes(90'000, 3)), Blob(Bytes(20, 4))};
    EXPECT_EQ(calls_for("head", body), (Calls{{.gathered = 4, .of_file = 40'000},
                                              {.gathered = 10, .of_file = 90'000},
                                              {.gathered = 20}}));
}

TEST(Outgoing, ARangeInsideAFileIsSentFromThere) {
    Bytes bytes(300'000);
    for (std::size_t i = 0; i < bytes.size(); ++i) bytes[i] = static_cast<std::uint8_t>(i * 7 >> 3);
    auto const whole = in_file(bytes);
    EXPECT_EQ(calls_for("head", {whole.slice(12'345, 200'000)}),
              (Calls{{.gathered = 4, .of_file = 200'000}}));
}

TEST(Outgoing, OneCallSendsALimitedShareOfAFile) {
    constexpr std::size_t kMiB = 1024 * 1024;
    auto const calls = calls_for("head", {in_file(Bytes(10 * kMiB, 1))});
    EXPECT_EQ(calls, (Calls{{.gathered = 4, .of_file = 4 * kMiB},
                            {.of_file = 4 * kMiB},
                            {.of_file = 2 * kMiB}}));
}

TEST(Outgoing, GathersNoMoreThanOneCallTakes) {
    std::vector<Blob> const body(200, Blob(Bytes(10, 1)));
    RecordingStream stream;
    write_all(stream, "head", body);
    EXPECT_EQ(stream.calls.size(), 4U) << "201 parts, 64 a call";
}

TEST(Outgoing, NothingIsTakenWhereThereIsNoRoom) {
    std::string const head = "head";
    std::vector<Blob> const body{in_file(Bytes(100'000, 1))};
    RecordingStream stream;
    stream.room = [] { return std::size_t{0}; };
    Outgoing outgoing(head, body);
    EXPECT_EQ(outgoing.write_to(stream).status, io::IoStatus::would_block);
    stream.room = [] { return std::size_t{1} << 30; };
    EXPECT_EQ(outgoing.write_to(stream).bytes, 100'004U);
    EXPECT_TRUE(outgoing.finished());
}

TEST(Outgoing, ARestThatHasBecomeSmallIsCopied) {
    std::vector<Blob> const body{in_file(Bytes(kSendFileBytes, 1))};
    RecordingStream stream;
    stream.room = [] { return std::size_t{10'000}; };
    write_all(stream, "head", body);
    EXPECT_EQ(stream.calls.front(), (Call{.gathered = 4, .of_file = kSendFileBytes}));
    EXPECT_EQ(stream.calls.back().of_file, 0U);
}

TEST(Outgoing, ArrivesWholeWhateverItIsMadeOfAndHoweverLittleThePeerTakes) {
    for_all_seeds(
        [](Generator& any) {
            auto const bytes = any.bytes(400'000);
            auto const shared = in_file(bytes);
            std::vector<Blob> body;
            for (auto const piece : any.fragments(bytes, 90'000)) {
                auto const from = static_cast<std::size_t>(piece.data() - bytes.data());
                auto const kind = any.number<int>(0, 3);
                if (kind == 0) body.push_back(Blob::copy_of(piece));
                if (kind == 1) body.push_back(in_file(piece));
                if (kind >= 2) body.push_back(shared.slice(from, piece.size()));
            }
            RecordingStream stream;
            auto const most = any.number<std::size_t>(10'000, 200'000);
            stream.room = [&] { return any.number<std::size_t>(0, most); };
            write_all(stream, "HTTP/1.1 200 OK\r\n\r\n", body);
        },
        100);
}

}  // namespace
}  // namespace directfanz::http
