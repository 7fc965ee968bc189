#include "system/io/tcp_stream.hpp"

#include "base/memory_file.hpp"

#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include <gtest/gtest.h>
#include <sys/socket.h>
#include <unistd.h>

namespace directfanz::io {
namespace {

Bytes pattern(std::size_t size) {
    Bytes bytes(size);
    for (std::size_t i = 0; i < size; ++i) bytes[i] = static_cast<std::uint8_t>(i * 31 >> 5);
    return bytes;
}

/// A TcpStream, and the descriptor of its peer, which blocks.
class TcpStreamTest : public ::testing::Test {
  protected:
    TcpStreamTest()
        : acceptor_(listen(loop_, parse_endpoint("127.0.0.1:0").value()).value()),
          client_(loop_.executor()) {
        client_.connect(acceptor_.local_endpoint());
        stream_.emplace(acceptor_.accept());
        client_.native_non_blocking(false);
        peer_ = client_.native_handle();
    }

    /// Reads at the peer until `size` bytes are there.
    std::string receive(std::size_t size) const {
        std::string received(size, '\0');
        auto const got = ::recv(peer_, received.data(), size, MSG_WAITALL);
        EXPECT_EQ(got, static_cast<ssize_t>(size));
        return received;
    }

    static FileSpan span_of(Blob const& blob) {
        auto const place = blob.file().value();
        return {.descriptor = place.descriptor, .offset = place.offset, .bytes = blob.view()};
    }

    static iovec part(std::string_view text) {
        return {.iov_base = const_cast<char*>(text.data()), .iov_len = text.size()};
    }

    EventLoop loop_;
    TcpAcceptor acceptor_;
    TcpSocket client_;
    std::optional<TcpStream> stream_;
    int peer_ = -1;
};

TEST_F(TcpStreamTest, SendsAFileBehindWhatGoesBeforeIt) {
    auto const blob = MemoryFile::holding(pattern(50'000)).value();
    std::array const before{part("he"), part("ad")};
    auto const outcome = stream_->send_file(before, span_of(blob));
    EXPECT_EQ(outcome.status, IoStatus::done);
    EXPECT_EQ(outcome.bytes, 50'004U);
    EXPECT_EQ(receive(50'004), "head" + std::string(blob.text()));
}

TEST_F(TcpStreamTest, SendsAFileAlone) {
    auto const blob = MemoryFile::holding(pattern(40'000)).value();
    EXPECT_EQ(stream_->send_file({}, span_of(blob)).bytes, 40'000U);
    EXPECT_EQ(receive(40'000), blob.text());
}

TEST_F(TcpStreamTest, SendsARangeInsideAFile) {
    auto const whole = MemoryFile::holding(pattern(100'000)).value();
    auto const range = whole.slice(12'345, 50'000);
    EXPECT_EQ(stream_->send_file({}, span_of(range)).bytes, 50'000U);
    EXPECT_EQ(receive(50'000), range.text());
}

TEST_F(TcpStreamTest, WhatFollowsAFileFollowsIt) {
    auto const blob = MemoryFile::holding(pattern(40'000)).value();
    std::array const after{part("after")};
    EXPECT_EQ(stream_->send_file({}, span_of(blob)).bytes, 40'000U);
    EXPECT_EQ(stream_->write(after).bytes, 5U);
    EXPECT_EQ(receive(40'005), std::string(blob.text()) + "after");
}

TEST_F(TcpStreamTest, AFileThatIsGoneFromHereArrivesAllTheSame) {
    std::optional<Blob> blob = MemoryFile::holding(pattern(60'000)).value();
    EXPECT_EQ(stream_->send_file({}, span_of(*blob)).bytes, 60'000U);
    blob.reset();
    EXPECT_EQ(receive(60'000), as_text(pattern(60'000)));
}

TEST_F(TcpStreamTest, AReaderThatIsSlowGetsAsMuchAsThereIsRoomForAndTheRestLater) {
    auto const blob = MemoryFile::holding(pattern(32 << 20)).value();
    std::size_t sent = 0;
    IoOutcome outcome;
    while (sent < blob.size()) {
        outcome = stream_->send_file({}, span_of(blob.slice(sent)));
        if (outcome.status != IoStatus::done) break;
        sent += outcome.bytes;
    }
    ASSERT_EQ(outcome.status, IoStatus::would_block) << "nobody reads";
    EXPECT_EQ(outcome.wait_for, Readiness::writable);
    ASSERT_GT(sent, 0U);

    std::string received;
    std::thread reader([&] { received = receive(blob.size()); });
    while (sent < blob.size()) {
        auto const next = stream_->send_file({}, span_of(blob.slice(sent)));
        ASSERT_NE(next.status, IoStatus::failed);
        if (next.status == IoStatus::would_block) std::this_thread::yield();
        sent += next.bytes;
    }
    reader.join();
    EXPECT_EQ(received, blob.text());
}

TEST_F(TcpStreamTest, WhereNothingHasRoomNothingOfTheHeadIsSentTwice) {
    auto const blob = MemoryFile::holding(pattern(32 << 20)).value();
    while (stream_->send_file({}, span_of(blob)).status == IoStatus::done) {
    }
    std::array const before{part("head")};
    auto const outcome = stream_->send_file(before, span_of(blob));
    // Either nothing went, or the head is counted: then the caller goes on behind it.
    if (outcome.status == IoStatus::done) {
        EXPECT_GE(outcome.bytes, 4U);
    } else {
        EXPECT_EQ(outcome.status, IoStatus::would_block);
        EXPECT_EQ(outcome.bytes, 0U);
    }
}

TEST_F(TcpStreamTest, APeerThatGoesInTheMiddleIsAnErrorAndNoSignal) {
    auto const blob = MemoryFile::holding(pattern(1 << 20)).value();
    EXPECT_EQ(stream_->send_file({}, span_of(blob)).status, IoStatus::done);
    client_.close();
    IoOutcome outcome;
    do {
        outcome = stream_->send_file({}, span_of(blob));
    } while (outcome.status != IoStatus::failed);
    // Once more, on what is known to be broken.
    EXPECT_EQ(stream_->send_file({}, span_of(blob)).status, IoStatus::failed);
    std::array const before{part("head")};
    EXPECT_EQ(stream_->send_file(before, span_of(blob)).status, IoStatus::failed);
}

/// A transport that knows memory only.
class Plain final : public ByteStream {
  public:
    std::string written;

    IoOutcome write(std::span<iovec const> parts) override {
        EXPECT_LE(parts.size(), kMaxGather);
        auto const before = written.size();
        for (auto const& part : parts) {
            written.append(static_cast<char const*>(part.iov_base), part.iov_len);
        }
        return {.status = IoStatus::done, .bytes = written.size() - before};
    }
    IoOutcome read(std::span<std::uint8_t>) override { return {}; }
    Task<> ready(Readiness) override { co_return; }
    void cancel() override {}
    void finish_writing() override {}
    void close() override {}
    bool peer_has_left() const override { return false; }
};

TEST(ByteStream, WritesWhatIsMappedWhereItCannotSendFiles) {
    auto const blob = MemoryFile::holding(pattern(50'000)).value();
    auto const place = blob.file().value();
    std::string head = "head";
    std::vector<iovec> const before(kMaxGather - 1, {.iov_base = head.data(), .iov_len = 4});
    Plain stream;
    auto const outcome = stream.send_file(
        before, {.descriptor = place.descriptor, .offset = place.offset, .bytes = blob.view()});
    EXPECT_EQ(outcome.bytes, 4 * (kMaxGather - 1) + 50'000);
    EXPECT_TRUE(stream.written.starts_with("headhead"));
    EXPECT_TRUE(stream.written.ends_with(blob.text()));
}

}  // namespace
}  // namespace directfanz::io
