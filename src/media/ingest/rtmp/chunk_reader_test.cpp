#include "media/ingest/rtmp/chunk_reader.hpp"

#include "media/ingest/rtmp/chunk_test_tools.hpp"
#include "media/ingest/rtmp/chunk_writer.hpp"

#include <map>
#include <random>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace directfanz::rtmp {
namespace {

using testing::Collector;
using ::testing::HasSubstr;
using testing::RawChunks;
using ::testing::SizeIs;

/// Feeds everything and expects it to be taken.
std::vector<Message> read(ByteView bytes) {
    ChunkReader reader;
    Collector collector;
    auto const used = reader.feed(bytes, collector);
    EXPECT_TRUE(used) << used.error().message;
    if (used) EXPECT_EQ(*used, bytes.size());
    return collector.messages;
}

Error error_of(ByteView bytes, ReaderLimits limits = {}) {
    ChunkReader reader(limits);
    Collector collector;
    auto const used = reader.feed(bytes, collector);
    EXPECT_FALSE(used);
    return used ? Error{} : used.error();
}

TEST(ChunkReader, ReadsAMessageOfOneChunk) {
    auto const messages = read(RawChunks().full(4, 40, 3, MessageType::audio, 7).text("abc"));
    ASSERT_THAT(messages, SizeIs(1));
    EXPECT_EQ(messages[0].type, MessageType::audio);
    EXPECT_EQ(messages[0].stream_id, 7U);
    EXPECT_EQ(messages[0].timestamp, 40U);
    EXPECT_EQ(messages[0].payload.text(), "abc");
}

TEST(ChunkReader, EveryHeaderTypeTakesWhatItLacksFromTheOneBefore) {
    auto const messages = read(RawChunks()
                                   .full(4, 1000, 2, MessageType::audio, 7)
                                   .text("a1")
                                   .same_stream(4, 20, 3, MessageType::video)
                                   .text("b22")
                                   .same_length(4, 30)
                                   .text("c33")
                                   .same_all(4)
                                   .text("d44"));
    ASSERT_THAT(messages, SizeIs(4));
    EXPECT_EQ(messages[1].timestamp, 1020U);
    EXPECT_EQ(messages[1].type, MessageType::video);
    EXPECT_EQ(messages[1].stream_id, 7U);
    EXPECT_EQ(messages[2].timestamp, 1050U);
    EXPECT_EQ(messages[2].payload.text(), "c33");
    EXPECT_EQ(messages[3].timestamp, 1080U);
    EXPECT_EQ(messages[3].payload.text(), "d44");
}

TEST(ChunkReader, AHeaderlessMessageAfterAFullHeaderHasTheSameTime) {
    auto const messages =
        read(RawChunks().full(4, 1000, 1).text("a").same_all(4).text("b").same_all(4).text("c"));
    ASSERT_THAT(messages, SizeIs(3));
    EXPECT_EQ(messages[1].timestamp, 1000U);
    EXPECT_EQ(messages[2].timestamp, 1000U);
}

TEST(ChunkReader, DeltasWrapAround) {
    auto const messages =
        read(RawChunks().full(4, 0xFFFFFFF0, 1).text("a").same_length(4, 0x20).text("b"));
    EXPECT_EQ(messages.at(1).timestamp, 0x10U);
}

// rtmp.md 3.
TEST(ChunkReader, ChunkStreamsInterleaveAtWill) {
    std::string const video(300, 'v');
    auto const messages = read(RawChunks()
                                   .full(6, 10, 300)
                                   .text(video.substr(0, 128))
                                   .full(4, 11, 2, MessageType::audio)
                                   .text("aa")
                                   .same_all(6)
                                   .text(video.substr(0, 128))
                                   .same_length(4, 5)
                                   .text("bb")
                                   .same_all(6)
                                   .text(video.substr(0, 44)));
    ASSERT_THAT(messages, SizeIs(3));
    EXPECT_EQ(messages[0].payload.text(), "aa");
    EXPECT_EQ(messages[1].payload.text(), "bb");
    EXPECT_EQ(messages[1].timestamp, 16U);
    EXPECT_EQ(messages[2].payload.text(), video);
    EXPECT_EQ(messages[2].timestamp, 10U);
}

// rtmp.md 3.
TEST(ChunkReader, TakesChunkStreamIdsOfOneTwoAndThreeBytes) {
    RawChunks chunks;
    std::vector<std::uint32_t> const ids{2, 3, 63, 64, 319, 320, 1000, 65598, 65599};
    for (auto const id : ids) chunks.full(id, id, 1).text("x");
    for (auto const id : ids) chunks.same_length(id, 1).text("y");
    auto const messages = read(chunks);
    ASSERT_THAT(messages, SizeIs(2 * ids.size()));
    for (std::size_t i = 0; i < ids.size(); ++i) {
        EXPECT_EQ(messages[i].timestamp, ids[i]);
        EXPECT_EQ(messages[ids.size() + i].timestamp, ids[i] + 1);
    }
}

// rtmp.md 3.
TEST(ChunkReader, AChunkThatRefersToNoHeaderIsRefusedWithAReason) {
    for (auto const& chunks :
         {RawChunks().same_stream(9, 0, 1).text("x"), RawChunks().same_length(9, 0).text("x"),
          RawChunks().same_all(9).text("x")}) {
        auto const error = error_of(chunks);
        EXPECT_EQ(error.kind, ErrorKind::invalid);
        EXPECT_THAT(error.message, HasSubstr("chunk stream 9"));
    }
}

TEST(ChunkReader, MessagesWithoutPayloadAreMessages) {
    auto const messages = read(RawChunks().full(4, 5, 0).same_length(4, 5).same_all(4));
    ASSERT_THAT(messages, SizeIs(3));
    EXPECT_TRUE(messages[0].payload.empty());
    EXPECT_EQ(messages[2].timestamp, 15U);
}

TEST(ChunkReader, ANewHeaderGivesAnUnfinishedMessageUp) {
    auto const messages =
        read(RawChunks().full(4, 5, 200).text(std::string(128, 'x')).full(4, 6, 2).text("ok"));
    ASSERT_THAT(messages, SizeIs(1));
    EXPECT_EQ(messages[0].payload.text(), "ok");
}

TEST(ChunkReader, WhatIsGivenUpIsFreedAndCountedOnce) {
    ChunkReader reader;
    Collector collector;
    for (int i = 0; i < 5; ++i) {
        ASSERT_TRUE(
            reader.feed(RawChunks().full(4, 5, 200).text(std::string(128, 'x')), collector));
        EXPECT_EQ(reader.unfinished_bytes(), 200U);
    }
    ASSERT_TRUE(reader.feed(RawChunks().full(4, 6, 2).text("ok"), collector));
    EXPECT_EQ(reader.unfinished_bytes(), 0U);
}

TEST(ChunkReader, AbortDropsAnUnfinishedMessage) {
    ChunkReader reader;
    Collector collector;
    auto const used = reader.feed(RawChunks()
                                      .full(4, 5, 200)
                                      .text(std::string(128, 'x'))
                                      .full(2, 0, 4, MessageType::abort, 0)
                                      .u32(4),
                                  collector);
    ASSERT_TRUE(used);
    EXPECT_EQ(reader.unfinished_bytes(), 0U);
    ASSERT_TRUE(reader.feed(RawChunks().same_all(4).text(std::string(128, 'y')), collector));
    ASSERT_TRUE(reader.feed(RawChunks().same_all(4).text(std::string(72, 'z')), collector));
    ASSERT_THAT(collector.messages, SizeIs(1));
    EXPECT_EQ(collector.messages[0].payload.text(), std::string(128, 'y') + std::string(72, 'z'));
}

TEST(ChunkReader, AbortOfNothingIsHarmless) {
    EXPECT_THAT(read(RawChunks().full(2, 0, 4, MessageType::abort, 0).u32(99)), SizeIs(0));
    EXPECT_THAT(read(RawChunks().full(2, 0, 0, MessageType::abort, 0)), SizeIs(0));
}

// rtmp.md 9: continuation chunks with the extended timestamp, and without.
TEST(ChunkReader, ExtendedTimestampsMayBeRepeatedOrNot) {
    constexpr std::uint32_t time = 0x01020304;
    std::string const payload = std::string(256, 'p') + "tail";
    for (auto const repeats : {true, false}) {
        RawChunks chunks;
        chunks.full(6, time, payload.size()).text(payload.substr(0, 128)).same_all(6);
        if (repeats) chunks.u32(time);
        chunks.text(payload.substr(128, 128)).same_all(6);
        if (repeats) chunks.u32(time);
        chunks.text(payload.substr(256)).same_length(6, 40);
        chunks.text(payload.substr(0, 128)).same_all(6).text(payload.substr(128, 128));
        chunks.same_all(6).text(payload.substr(256));
        auto const messages = read(chunks);
        ASSERT_THAT(messages, SizeIs(2)) << repeats;
        EXPECT_EQ(messages[0].timestamp, time);
        EXPECT_EQ(messages[0].payload.text(), payload);
        EXPECT_EQ(messages[1].timestamp, time + 40);
        EXPECT_EQ(messages[1].payload.text(), payload);
    }
}

// rtmp.md 9: payload that begins like the timestamp is still payload.
TEST(ChunkReader, PayloadThatLooksLikeARepeatedTimestampAtFirstIsKept) {
    constexpr std::uint32_t time = 0x61626364;  // "abcd"
    for (std::string const tail : {"a", "ab", "abc", "abX", "abcX", "X"}) {
        auto const payload = std::string(128, 'p') + tail;
        RawChunks chunks;
        chunks.full(6, time, payload.size()).text(payload.substr(0, 128)).same_all(6).text(tail);
        chunks.full(6, time + 1, 1).text("n");
        auto const messages = read(chunks);
        ASSERT_THAT(messages, SizeIs(2)) << tail;
        EXPECT_EQ(messages[0].payload.text(), payload);
        EXPECT_EQ(messages[1].payload.text(), "n");
    }
}

TEST(ChunkReader, LargeTimestampsBelowTheLimitAreNotExtended) {
    auto const messages = read(RawChunks().full(6, 0xFFFFFE, 1).text("x"));
    EXPECT_EQ(messages.at(0).timestamp, 0xFFFFFEU);
    auto const at_limit = read(RawChunks().full(6, 0xFFFFFF, 1).text("x"));
    EXPECT_EQ(at_limit.at(0).timestamp, 0xFFFFFFU);
}

TEST(ChunkReader, PeersChooseTheirChunkSize) {
    std::string const payload(5000, 'x');
    auto const messages = read(RawChunks()
                                   .chunk_size(4096)
                                   .full(6, 0, 5000)
                                   .text(payload.substr(0, 4096))
                                   .same_all(6)
                                   .text(payload.substr(4096)));
    ASSERT_THAT(messages, SizeIs(1));
    EXPECT_EQ(messages[0].payload.text(), payload);
}

TEST(ChunkReader, TheChunkSizeMayChangeInsideAMessage) {
    std::string const payload(228, 'x');
    auto const messages = read(RawChunks()
                                   .full(6, 0, 228)
                                   .text(payload.substr(0, 128))
                                   .chunk_size(1000)
                                   .same_all(6)
                                   .text(payload.substr(128)));
    ASSERT_THAT(messages, SizeIs(1));
    EXPECT_EQ(messages[0].payload.text(), payload);
}

// rtmp.md 4.
TEST(ChunkReader, AHugeChunkSizeAllocatesNothing) {
    ChunkReader reader;
    Collector collector;
    ASSERT_TRUE(reader.feed(RawChunks().chunk_size(0x7FFFFFFF), collector));
    EXPECT_EQ(reader.chunk_size(), kMaxChunkSize);
    ASSERT_TRUE(reader.feed(RawChunks().full(6, 0, kMaxChunkSize).text("x"), collector));
    EXPECT_LE(reader.unfinished_bytes(), 1024U);
    // What could not be told apart from the next header is refused, not misread.
    ChunkReader other;
    ASSERT_TRUE(other.feed(RawChunks().chunk_size(0x7FFFFFFF), collector));
    auto const refused = other.feed(RawChunks().full(7, 0, kMaxChunkSize + 1).text("x"), collector);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().kind, ErrorKind::too_large);
}

TEST(ChunkReader, AChunkSizeOfNothingIsInvalid) {
    EXPECT_EQ(error_of(RawChunks().chunk_size(0)).kind, ErrorKind::invalid);
    EXPECT_EQ(error_of(RawChunks().chunk_size(0x80000000)).kind, ErrorKind::invalid);
    EXPECT_EQ(error_of(RawChunks().full(2, 0, 1, MessageType::set_chunk_size, 0).text("x")).kind,
              ErrorKind::invalid);
}

// rtmp.md 4: chunks of one byte are as good as others, and allocate no more.
TEST(ChunkReader, ChunksOfOneByteMakeTheSameMessage) {
    std::string payload(100'000, 'x');
    for (std::size_t i = 0; i < payload.size(); ++i) payload[i] = static_cast<char>('a' + i % 26);
    RawChunks chunks;
    chunks.chunk_size(1).full(6, 0, payload.size());
    for (std::size_t i = 0; i < payload.size(); ++i) {
        if (i > 0) chunks.same_all(6);
        chunks.text(std::string_view(payload).substr(i, 1));
    }
    auto const messages = read(chunks);
    ASSERT_THAT(messages, SizeIs(1));
    EXPECT_EQ(messages[0].payload.text(), payload);
}

double thread_cpu_seconds() {
    timespec now{};
    ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) / 1e9;
}

// rtmp.md 4: nor do they cost the processor, however many there are. Ten seconds are a
// hundred times what these need, also with a sanitizer; a cost that grows with the square of the
// message would take minutes.
TEST(ChunkReader, ChunksOfOneByteCostAsMuchAsTheirBytes) {
    constexpr std::size_t size = 4'000'000;
    Bytes wire;
    auto const add = [&wire](ByteView bytes) {
        wire.insert(wire.end(), bytes.begin(), bytes.end());
    };
    add(RawChunks().chunk_size(1).full(6, 0, size));
    for (std::size_t i = 0; i < size; ++i) {
        if (i > 0) wire.push_back(0xC6);
        wire.push_back('x');
    }
    ChunkReader reader;
    Collector collector;
    auto const began = thread_cpu_seconds();
    // As a socket gives it.
    for (ByteView left(wire); !left.empty();) {
        auto const count = std::min<std::size_t>(left.size(), 1448);
        ASSERT_TRUE(reader.feed(left.first(count), collector));
        left = left.subspan(count);
    }
    auto const spent = thread_cpu_seconds() - began;
    ASSERT_THAT(collector.messages, SizeIs(1));
    EXPECT_EQ(collector.messages[0].payload.size(), size);
    EXPECT_LT(spent, 10);
    ::testing::Test::RecordProperty("cpu_ms", std::to_string(spent * 1000));
}

TEST(ChunkReader, ClaimedLengthsAllocateOnlyWhatHasCome) {
    ChunkReader reader;
    Collector collector;
    ASSERT_TRUE(reader.feed(RawChunks().chunk_size(100), collector));
    for (std::uint32_t id = 3; id < 60; ++id) {
        auto const chunk = std::string(100, 'x');
        ASSERT_TRUE(reader.feed(RawChunks().full(id, 0, 8'000'000).text(chunk), collector));
    }
    EXPECT_LE(reader.unfinished_bytes(), 57 * 1024U);
    EXPECT_GE(reader.unfinished_bytes(), 57 * 100U);
}

TEST(ChunkReader, AProvenSizeIsAllocatedAtOnceAndStillCounts) {
    ChunkReader reader({.message_size = 100'000, .unfinished_bytes = 150'000});
    Collector collector;
    ASSERT_TRUE(reader.feed(RawChunks().chunk_size(65'536), collector));
    auto const big = std::string(60'000, 'x');
    ASSERT_TRUE(reader.feed(RawChunks().full(6, 0, 60'000).text(big), collector));
    EXPECT_EQ(reader.unfinished_bytes(), 0U);
    ASSERT_TRUE(reader.feed(RawChunks().full(6, 0, 60'000).text(big.substr(1)), collector));
    EXPECT_EQ(reader.unfinished_bytes(), 60'000U);
}

TEST(ChunkReader, MessagesHaveALimit) {
    auto const error = error_of(RawChunks().full(6, 0, kMaxMessageSize + 1).text("x"));
    EXPECT_EQ(error.kind, ErrorKind::too_large);
    EXPECT_THAT(error.message, HasSubstr("8388608"));
    EXPECT_EQ(error_of(RawChunks().full(6, 0, 101).text("x"), {.message_size = 100}).kind,
              ErrorKind::too_large);
}

TEST(ChunkReader, UnfinishedMessagesHaveALimitTogether) {
    RawChunks chunks;
    auto const part = std::string(1000, 'x');
    chunks.chunk_size(1000);
    for (std::uint32_t id = 3; id < 14; ++id) chunks.full(id, 0, 5000).text(part);
    EXPECT_EQ(error_of(chunks, {.message_size = 6000, .unfinished_bytes = 10'000}).kind,
              ErrorKind::too_large);
}

TEST(ChunkReader, ChunkStreamsHaveALimit) {
    RawChunks chunks;
    for (std::uint32_t i = 0; i <= ChunkReader::kMaxChunkStreams; ++i) {
        chunks.full(3 + i, 0, 1).text("x");
    }
    EXPECT_EQ(error_of(chunks).kind, ErrorKind::too_large);
}

TEST(ChunkReader, PausesBehindAMessageWhenAsked) {
    ChunkReader reader;
    Collector collector;
    collector.pausing = true;
    RawChunks chunks;
    chunks.full(4, 1, 1).text("a").full(4, 2, 1).text("b");
    auto const used = reader.feed(chunks, collector);
    ASSERT_TRUE(used);
    EXPECT_EQ(*used, chunks.view().size() / 2);
    EXPECT_THAT(collector.messages, SizeIs(1));
    ASSERT_TRUE(reader.feed(chunks.view().subspan(*used), collector));
    EXPECT_THAT(collector.messages, SizeIs(2));
}

/// A random stream of messages, cut and interleaved at random, and what it must give.
struct RandomStream {
    Bytes bytes;
    std::map<std::uint32_t, std::vector<std::pair<std::uint32_t, std::string>>> expected;
    std::size_t count = 0;
};

RandomStream random_stream(std::mt19937& random) {
    RandomStream stream;
    struct Open {
        std::string payload;
        std::size_t sent = 0;
        std::uint32_t time = 0;
        bool extended = false;
        bool repeats = false;
        bool known = false;
    };
    std::map<std::uint32_t, Open> open;
    RawChunks chunks;
    std::size_t const chunk = 1 + random() % 40;
    chunks.chunk_size(static_cast<std::uint32_t>(chunk));
    std::vector<std::uint32_t> const ids{3, 63, 64, 400, 65599};
    auto const bursts = 20 + random() % 100;
    for (std::size_t i = 0; i < bursts || !open.empty(); ++i) {
        auto const id = ids[random() % ids.size()];
        auto found = open.find(id);
        if (found == open.end()) {
            if (i >= bursts) continue;
            Open message{.payload = std::string(random() % 100, ' ')};
            for (auto& c : message.payload) c = static_cast<char>(random() % 3);
            message.extended = random() % 2 == 0;
            message.repeats = random() % 2 == 0;
            // Payloads of bytes 0, 1 and 2 often begin like this, but never with all of it.
            message.time = message.extended ? 0x010000F0 : random() % 0xFFFFFF;
            chunks.full(id, message.time, message.payload.size());
            stream.expected[id].emplace_back(message.time, message.payload);
            ++stream.count;
            found = open.emplace(id, std::move(message)).first;
        } else {
            chunks.same_all(id);
            if (found->second.extended && found->second.repeats) chunks.u32(found->second.time);
        }
        auto& message = found->second;
        auto const part = message.payload.substr(message.sent, chunk);
        chunks.text(part);
        message.sent += part.size();
        if (message.sent == message.payload.size()) open.erase(found);
    }
    // A last chunk that begins like a repeated timestamp is understood when something follows it.
    chunks.full(3, 1, 0);
    stream.expected[3].emplace_back(1, "");
    ++stream.count;
    stream.bytes.assign(chunks.view().begin(), chunks.view().end());
    return stream;
}

TEST(ChunkReader, AnyCutAndAnyInterleavingGivesTheSameMessages) {
    std::mt19937 random(11);
    for (int round = 0; round < 300; ++round) {
        auto const stream = random_stream(random);
        ChunkReader reader;
        Collector collector;
        auto const longest = 1 + random() % 50;
        for (auto left = ByteView(stream.bytes); !left.empty();) {
            auto const size = std::min<std::size_t>(left.size(), 1 + random() % longest);
            auto const used = reader.feed(left.first(size), collector);
            ASSERT_TRUE(used) << used.error().message;
            left = left.subspan(*used);
        }
        ASSERT_EQ(collector.messages.size(), stream.count);
        EXPECT_EQ(reader.unfinished_bytes(), 0U);
        // Per chunk stream the order is kept; across them it is the order of ends, so compare sets.
        std::multimap<std::uint32_t, std::string> expected;
        std::multimap<std::uint32_t, std::string> got;
        for (auto const& [id, list] : stream.expected) {
            for (auto const& [time, payload] : list) expected.emplace(time, payload);
        }
        for (auto const& message : collector.messages) {
            got.emplace(message.timestamp, std::string(message.payload.text()));
        }
        for (auto const& [time, payload] : expected) {
            auto const [from, to] = got.equal_range(time);
            auto const hit =
                std::find_if(from, to, [&](auto& pair) { return pair.second == payload; });
            ASSERT_NE(hit, to);
            got.erase(hit);
        }
    }
}

TEST(ChunkWriter, WritesWhatTheReaderReads) {
    std::mt19937 random(4);
    ChunkWriter writer;
    std::vector<std::string> payloads;
    writer.write(ChunkWriter::kCommandStream, MessageType::command_amf0, 0, 0, as_bytes("first"));
    payloads.emplace_back("first");
    writer.set_chunk_size(4096);
    for (std::uint32_t const id : {5U, 63U, 64U, 319U, 320U, 65599U}) {
        for (std::uint32_t const time : {0U, 0xFFFFFEU, 0xFFFFFFU, 0xFFFFFFFFU}) {
            payloads.emplace_back(random() % 10'000, static_cast<char>('a' + random() % 26));
            writer.write(id, MessageType::video, 1, time, as_bytes(payloads.back()));
        }
    }
    auto const bytes = writer.take();
    EXPECT_TRUE(writer.empty());
    auto const messages = read(bytes);
    ASSERT_EQ(messages.size(), payloads.size());
    for (std::size_t i = 0; i < payloads.size(); ++i) {
        EXPECT_EQ(messages[i].payload.text(), payloads[i]);
    }
    EXPECT_EQ(messages.back().timestamp, 0xFFFFFFFFU);
}

TEST(ChunkReader, AnyBytesAreReadWithoutFaultAndWithinTheLimits) {
    std::mt19937 random(6);
    ReaderLimits const limits{.message_size = 5000, .unfinished_bytes = 10'000};
    for (int i = 0; i < 5000; ++i) {
        ChunkReader reader(limits);
        Collector collector;
        for (int piece = 0; piece < 10; ++piece) {
            Bytes bytes(random() % 60);
            for (auto& byte : bytes) {
                byte = static_cast<std::uint8_t>(random() % 3 == 0 ? random() : random() % 8);
            }
            auto const used = reader.feed(bytes, collector);
            if (!used) break;
            EXPECT_EQ(*used, bytes.size());
            EXPECT_LE(reader.unfinished_bytes(), limits.unfinished_bytes);
        }
    }
}

}  // namespace
}  // namespace directfanz::rtmp
