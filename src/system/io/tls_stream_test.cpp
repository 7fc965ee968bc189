#include "system/io/tls_stream.hpp"

#include "base/property_test.hpp"
#include "system/io/tls_test_support.hpp"

#include <algorithm>
#include <array>
#include <cstdio>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include <boost/asio/co_spawn.hpp>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <sys/socket.h>
#include <unistd.h>

namespace directfanz::io {
namespace {

using directfanz::testing::for_all_seeds;
using testing::CertificateFolder;

constexpr Alpn kHttp = "\x02h2\x08http/1.1";
/// More steps than any exchange here takes.
constexpr int kManySteps = 100'000;

struct Ends {
    TcpSocket server;
    TcpSocket client;
};

Ends connect(EventLoop& loop) {
    TcpAcceptor acceptor = listen(loop, {asio::ip::address_v4::loopback(), 0}).value();
    TcpSocket client(loop.executor());
    client.connect(acceptor.local_endpoint());
    return {acceptor.accept(), std::move(client)};
}

/// OpenSSL's client, moved by hand.
class Client {
  public:
    explicit Client(TcpSocket socket) : socket_(std::move(socket)), ssl_(SSL_new(context_)) {
        socket_->native_non_blocking(true);
        SSL_set_fd(ssl_, socket_->native_handle());
        SSL_set_connect_state(ssl_);
    }
    ~Client() {
        SSL_free(ssl_);
        SSL_CTX_free(context_);
    }
    Client(Client const&) = delete;
    Client& operator=(Client const&) = delete;

    SSL* ssl() { return ssl_; }
    void offer(std::string_view names) {
        SSL_set_alpn_protos(ssl_, reinterpret_cast<unsigned char const*>(names.data()),
                            static_cast<unsigned>(names.size()));
    }
    /// Goes on with the handshake; true when it is done.
    bool step() {
        ERR_clear_error();
        auto const result = SSL_do_handshake(ssl_);
        if (result != 1) {
            auto const why = SSL_get_error(ssl_, result);
            failed_ = why != SSL_ERROR_WANT_READ && why != SSL_ERROR_WANT_WRITE;
        }
        return result == 1;
    }
    bool failed() const { return failed_; }

    bool send(std::string_view text) {
        return SSL_write(ssl_, text.data(), static_cast<int>(text.size())) ==
               static_cast<int>(text.size());
    }
    /// What has come by now.
    std::string receive() {
        std::string text;
        std::array<char, 4096> buffer;
        for (;;) {
            ERR_clear_error();
            auto const got = SSL_read(ssl_, buffer.data(), buffer.size());
            if (got <= 0) {
                told_goodbye_ = SSL_get_error(ssl_, got) == SSL_ERROR_ZERO_RETURN;
                return text;
            }
            text.append(buffer.data(), static_cast<std::size_t>(got));
        }
    }
    bool told_goodbye() const { return told_goodbye_; }
    std::string serial() {
        auto* const certificate = SSL_get1_peer_certificate(ssl_);
        auto* const number = ASN1_INTEGER_to_BN(X509_get0_serialNumber(certificate), nullptr);
        auto* const hex = BN_bn2hex(number);
        std::string text = hex;
        OPENSSL_free(hex);
        BN_free(number);
        X509_free(certificate);
        return text;
    }
    void vanish() { socket_.reset(); }

  private:
    std::optional<TcpSocket> socket_;
    SSL_CTX* context_ = SSL_CTX_new(TLS_client_method());
    SSL* ssl_;
    bool failed_ = false;
    bool told_goodbye_ = false;
};

class TlsStreamTest : public ::testing::Test {
  protected:
    void open(Alpn alpn = kHttp) {
        auto ends = connect(loop_);
        client_.emplace(std::move(ends.client));
        stream_.emplace(std::move(ends.server), identity_->current(), alpn);
    }

    /// Both sides in turn until the server's is done or one has failed.
    IoStatus shake_hands() {
        auto client_done = false;
        for (int i = 0; i < kManySteps; ++i) {
            if (!client_done && !client_->failed()) client_done = client_->step();
            auto const outcome = stream_->handshake();
            if (outcome.status == IoStatus::would_block && !client_->failed()) continue;
            if (outcome.status == IoStatus::done && !client_done) continue;
            return client_->failed() ? IoStatus::failed : outcome.status;
        }
        return IoStatus::would_block;
    }

    /// Reads until nothing more is there.
    std::string read_all() {
        std::string text;
        std::array<std::uint8_t, 1000> buffer;
        for (;;) {
            auto const outcome = stream_->read(buffer);
            last_ = outcome;
            if (outcome.status != IoStatus::done) return text;
            text.append(buffer.begin(), buffer.begin() + static_cast<long>(outcome.bytes));
        }
    }
    /// As read_all(), until so much has come: loopback takes a moment.
    std::string read(std::size_t bytes) {
        std::string text;
        for (int i = 0; i < kManySteps && text.size() < bytes; ++i) text += read_all();
        return text;
    }

    /// The first byte of what comes.
    std::string read_one() {
        std::array<std::uint8_t, 1> one;
        for (int i = 0; i < kManySteps; ++i) {
            if (stream_->read(one).status == IoStatus::done) return {one.begin(), one.end()};
        }
        return {};
    }

    IoOutcome write(std::string_view text) {
        std::array<iovec, 1> const parts{
            {{.iov_base = const_cast<char*>(text.data()), .iov_len = text.size()}}};
        return stream_->write(parts);
    }
    std::string receive(std::size_t bytes) {
        std::string text;
        for (int i = 0; i < kManySteps && text.size() < bytes; ++i) text += client_->receive();
        return text;
    }

    EventLoop loop_;
    CertificateFolder folder_;
    std::shared_ptr<TlsIdentity> identity_ = TlsIdentity::load(folder_.files()).value();
    std::optional<Client> client_;
    std::optional<TlsStream> stream_;
    IoOutcome last_;
};

TEST_F(TlsStreamTest, CarriesBytesBothWays) {
    open();
    ASSERT_EQ(shake_hands(), IoStatus::done);
    EXPECT_TRUE(stream_->encrypted());
    EXPECT_STREQ(SSL_get_version(client_->ssl()), "TLSv1.3");
    ASSERT_TRUE(client_->send("question"));
    EXPECT_EQ(read(8), "question");
    EXPECT_EQ(last_.status, IoStatus::would_block);
    EXPECT_EQ(last_.wait_for, Readiness::readable);
    EXPECT_EQ(write("answer").bytes, 6U);
    EXPECT_EQ(receive(6), "answer");
}

TEST_F(TlsStreamTest, SpeaksTls12) {
    open();
    SSL_set_max_proto_version(client_->ssl(), TLS1_2_VERSION);
    ASSERT_EQ(shake_hands(), IoStatus::done);
    EXPECT_STREQ(SSL_get_version(client_->ssl()), "TLSv1.2");
    ASSERT_TRUE(client_->send("question"));
    EXPECT_EQ(read(8), "question");
}

TEST_F(TlsStreamTest, RefusesTls11) {
    open();
    SSL_set_security_level(client_->ssl(), 0);
    SSL_set_min_proto_version(client_->ssl(), TLS1_VERSION);
    SSL_set_max_proto_version(client_->ssl(), TLS1_1_VERSION);
    EXPECT_EQ(shake_hands(), IoStatus::failed);
}

TEST_F(TlsStreamTest, RefusesCiphersWithoutForwardSecrecyOrAuthentication) {
    for (auto const* ciphers : {"AES128-GCM-SHA256", "ECDHE-ECDSA-AES128-SHA256"}) {
        open();
        SSL_set_max_proto_version(client_->ssl(), TLS1_2_VERSION);
        ASSERT_EQ(SSL_set_cipher_list(client_->ssl(), ciphers), 1);
        EXPECT_EQ(shake_hands(), IoStatus::failed) << ciphers;
    }
}

TEST_F(TlsStreamTest, RefusesWhatIsNoTls) {
    auto ends = connect(loop_);
    stream_.emplace(std::move(ends.server), identity_->current(), kHttp);
    std::string_view const text = "GET / HTTP/1.1\r\n\r\n";
    ends.client.write_some(asio::buffer(text));
    auto outcome = stream_->handshake();
    for (int i = 0; i < kManySteps && outcome.status == IoStatus::would_block; ++i) {
        outcome = stream_->handshake();
    }
    EXPECT_EQ(outcome.status, IoStatus::failed);
}

TEST_F(TlsStreamTest, AgreesOnTheBestThatTheClientOffers) {
    open();
    client_->offer("\x08http/1.1\x02h2");
    ASSERT_EQ(shake_hands(), IoStatus::done);
    EXPECT_EQ(stream_->protocol(), "h2");
    open();
    client_->offer("\x08http/1.1");
    ASSERT_EQ(shake_hands(), IoStatus::done);
    EXPECT_EQ(stream_->protocol(), "http/1.1");
}

TEST_F(TlsStreamTest, NeedsNoOfferButRefusesOneOfOthersOnly) {
    open();
    ASSERT_EQ(shake_hands(), IoStatus::done);
    EXPECT_EQ(stream_->protocol(), "");
    open();
    client_->offer("\x04smtp");
    EXPECT_EQ(shake_hands(), IoStatus::failed);
}

TEST_F(TlsStreamTest, IgnoresOffersWhereThereIsNoChoice) {
    open("");
    client_->offer("\x04rtmp");
    ASSERT_EQ(shake_hands(), IoStatus::done);
    EXPECT_EQ(stream_->protocol(), "");
}

TEST_F(TlsStreamTest, TakesAHandshakeByteByByte) {
    auto ends = connect(loop_);
    stream_.emplace(std::move(ends.server), identity_->current(), kHttp);
    ends.client.non_blocking(true);
    auto* const context = SSL_CTX_new(TLS_client_method());
    auto* const ssl = SSL_new(context);
    auto* const in = BIO_new(BIO_s_mem());
    auto* const out = BIO_new(BIO_s_mem());
    SSL_set_bio(ssl, in, out);
    SSL_set_connect_state(ssl);
    auto waits = 0;
    auto done = IoStatus::would_block;
    for (int i = 0; i < kManySteps && done == IoStatus::would_block; ++i) {
        SSL_do_handshake(ssl);
        char byte = 0;
        boost::system::error_code error;
        if (BIO_read(out, &byte, 1) == 1) ends.client.write_some(asio::buffer(&byte, 1), error);
        done = stream_->handshake().status;
        if (done == IoStatus::would_block) ++waits;
        std::array<char, 4096> buffer;
        auto const got = ends.client.read_some(asio::buffer(buffer), error);
        if (!error) BIO_write(in, buffer.data(), static_cast<int>(got));
    }
    EXPECT_EQ(done, IoStatus::done);
    EXPECT_GT(waits, 100);
    SSL_free(ssl);
    SSL_CTX_free(context);
}

TEST_F(TlsStreamTest, GathersPartsOfAnySizeForASlowReader) {
    open();
    ASSERT_EQ(shake_hands(), IoStatus::done);
    for_all_seeds(
        [this](directfanz::testing::Generator& any) {
            std::vector<std::string> parts;
            std::string whole;
            for (int i = 0; i < 20; ++i) {
                auto const most = any.one_in(5) ? std::size_t{200'000} : std::size_t{600};
                auto const size = any.number(std::size_t{0}, most);
                parts.emplace_back(size, static_cast<char>('a' + i));
                whole += parts.back();
            }
            std::size_t written = 0;
            std::string got;
            for (int step = 0; step < kManySteps && got.size() < whole.size(); ++step) {
                // What is left, as a connection would say it again.
                std::vector<iovec> rest;
                auto skip = written;
                for (auto& part : parts) {
                    auto const from = std::min(skip, part.size());
                    skip -= from;
                    rest.push_back({.iov_base = part.data() + from, .iov_len = part.size() - from});
                }
                if (written < whole.size()) {
                    auto const outcome = stream_->write(rest);
                    ASSERT_NE(outcome.status, IoStatus::failed);
                    if (outcome.status == IoStatus::done) written += outcome.bytes;
                }
                if (step % 3 == 0) got += client_->receive();
            }
            EXPECT_TRUE(got == whole);
        },
        30);
}

TEST_F(TlsStreamTest, IsReadyAtOnceForWhatHasLeftTheSocket) {
    open();
    ASSERT_EQ(shake_hands(), IoStatus::done);
    ASSERT_TRUE(client_->send("first"));
    ASSERT_TRUE(client_->send("second"));
    ::usleep(10'000);
    std::array<std::uint8_t, 1> one;
    auto got = std::string();
    for (int i = 0; i < kManySteps && got.size() < 11; ++i) {
        auto const outcome = stream_->read(one);
        if (outcome.status != IoStatus::done) continue;
        got += static_cast<char>(one[0]);
        if (got.size() == 11) break;
        auto ready = false;
        auto const on_ready = [&ready](std::exception_ptr const&) { ready = true; };
        asio::co_spawn(loop_.context(), stream_->ready(Readiness::readable), on_ready);
        loop_.context().restart();
        loop_.context().run_for(std::chrono::seconds(20));
        ASSERT_TRUE(ready) << got;
    }
    EXPECT_EQ(got, "firstsecond");
}

/// Reads byte by byte, as a reader does that is slower than its peer.
Task<> drip(TlsStream& stream, std::size_t wanted, std::size_t& got) {
    std::array<std::uint8_t, 1> one;
    while (got < wanted) {
        auto const outcome = stream.read(one);
        if (outcome.status == IoStatus::done) ++got;
        co_await stream.ready(Readiness::readable);
    }
}

TEST_F(TlsStreamTest, LetsOthersHaveATurnWhileThereIsAlwaysMoreToRead) {
    open();
    ASSERT_EQ(shake_hands(), IoStatus::done);
    constexpr std::size_t kBytes = 1000;
    ASSERT_TRUE(client_->send(std::string(kBytes + 1, 'x')));
    ASSERT_EQ(read_one(), "x");
    std::size_t got = 0;
    std::vector<std::size_t> seen;
    auto const on_end = [](std::exception_ptr const&) {};
    asio::co_spawn(loop_.context(), drip(*stream_, kBytes - 1, got), on_end);
    std::function<void()> look = [&] {
        seen.push_back(got);
        if (got < kBytes - 1) loop_.post(look);
    };
    loop_.post(look);
    loop_.context().restart();
    loop_.context().run_for(std::chrono::seconds(20));
    EXPECT_EQ(got, kBytes - 1);
    EXPECT_LE(seen.front(), 8U);
    EXPECT_GE(seen.size(), kBytes / 8);
}

TEST_F(TlsStreamTest, MissesNothingBehindAFloodOfRecordsWithoutData) {
    open();
    ASSERT_EQ(shake_hands(), IoStatus::done);
    constexpr int kUpdates = 20'000;
    auto sent = 1;
    for (auto i = 0; i < kUpdates && sent == 1; ++i) {
        ASSERT_EQ(SSL_key_update(client_->ssl(), SSL_KEY_UPDATE_NOT_REQUESTED), 1);
        sent = SSL_do_handshake(client_->ssl());
    }
    auto said = false;
    auto empty_reads = 0;
    std::array<std::uint8_t, 1000> buffer;
    for (;;) {
        if (sent != 1) sent = SSL_do_handshake(client_->ssl());
        if (sent == 1 && !said) said = client_->send("at last");
        auto const outcome = stream_->read(buffer);
        if (outcome.status == IoStatus::done) {
            EXPECT_EQ(as_text(ByteView(buffer).first(outcome.bytes)), "at last");
            break;
        }
        ASSERT_EQ(outcome.status, IoStatus::would_block);
        ++empty_reads;
        auto ready = false;
        auto const on_ready = [&ready](std::exception_ptr const&) { ready = true; };
        asio::co_spawn(loop_.context(), stream_->ready(outcome.wait_for), on_ready);
        loop_.context().restart();
        loop_.context().run_for(std::chrono::seconds(20));
        ASSERT_TRUE(ready) << "after " << empty_reads;
    }
}

TEST_F(TlsStreamTest, WaitsForTheRestOfARecord) {
    open();
    ASSERT_EQ(shake_hands(), IoStatus::done);
    auto* const held = BIO_new(BIO_s_mem());
    BIO_up_ref(SSL_get_wbio(client_->ssl()));
    auto* const wire = SSL_get_wbio(client_->ssl());
    SSL_set0_wbio(client_->ssl(), held);
    ASSERT_TRUE(client_->send("in two halves"));
    std::array<char, 1000> record;
    auto const size = BIO_read(held, record.data(), record.size());
    ASSERT_GT(size, 10);
    ASSERT_EQ(BIO_write(wire, record.data(), 10), 10);
    auto ready = false;
    auto const on_ready = [&ready](std::exception_ptr const&) { ready = true; };
    // Once it has what has come, it is not ready before more does.
    auto idle = false;
    for (int i = 0; i < kManySteps && !idle; ++i) {
        ready = false;
        EXPECT_EQ(read_all(), "");
        asio::co_spawn(loop_.context(), stream_->ready(Readiness::readable), on_ready);
        loop_.context().restart();
        loop_.context().run_for(std::chrono::milliseconds(100));
        idle = !ready;
    }
    EXPECT_TRUE(idle);
    ASSERT_EQ(BIO_write(wire, record.data() + 10, size - 10), size - 10);
    loop_.context().restart();
    loop_.context().run_for(std::chrono::seconds(20));
    EXPECT_TRUE(ready);
    EXPECT_EQ(read(13), "in two halves");
    BIO_free(wire);
}

TEST_F(TlsStreamTest, SendsAFileBehindItsHead) {
    open();
    ASSERT_EQ(shake_hands(), IoStatus::done);
    std::string head = "head:";
    std::string const content(5000, 'f');
    std::array<iovec, 1> const before{{{.iov_base = head.data(), .iov_len = head.size()}}};
    auto* const file = std::tmpfile();
    ASSERT_NE(file, nullptr);
    auto const descriptor = ::fileno(file);
    ASSERT_EQ(::write(descriptor, content.data(), content.size()), 5000);
    auto const outcome = stream_->send_file(
        before, {.descriptor = descriptor, .offset = 0, .bytes = as_bytes(content)});
    EXPECT_EQ(outcome.bytes, head.size() + content.size());
    EXPECT_TRUE(receive(outcome.bytes) == head + content);
    std::fclose(file);
    stream_->close();
    EXPECT_EQ(stream_->send_file(before, {.bytes = as_bytes(content)}).status, IoStatus::failed);
}

TEST_F(TlsStreamTest, SaysGoodbyeAfterTheLastByte) {
    open();
    ASSERT_EQ(shake_hands(), IoStatus::done);
    EXPECT_EQ(write("that is all").bytes, 11U);
    stream_->finish_writing();
    EXPECT_EQ(receive(11), "that is all");
    client_->receive();
    EXPECT_TRUE(client_->told_goodbye());
    // The client may still talk.
    ASSERT_TRUE(client_->send("thanks"));
    EXPECT_EQ(read(6), "thanks");
}

TEST_F(TlsStreamTest, SeesAClientThatVanishes) {
    open();
    ASSERT_EQ(shake_hands(), IoStatus::done);
    EXPECT_FALSE(stream_->peer_has_left());
    client_->vanish();
    for (int i = 0; i < kManySteps && !stream_->peer_has_left(); ++i) ::usleep(100);
    EXPECT_TRUE(stream_->peer_has_left());
    read_all();
    EXPECT_NE(last_.status, IoStatus::would_block);
    // The first write may still go; the peer answers it with a reset.
    auto outcome = write("hello");
    for (int i = 0; i < kManySteps && outcome.status == IoStatus::done; ++i) {
        outcome = write("hello");
    }
    EXPECT_EQ(outcome.status, IoStatus::failed);
    stream_->close();
}

TEST_F(TlsStreamTest, SeesAClientThatVanishesInTheHandshake) {
    open();
    client_->step();
    stream_->handshake();
    client_->vanish();
    auto outcome = stream_->handshake();
    for (int i = 0; i < kManySteps && outcome.status == IoStatus::would_block; ++i) {
        outcome = stream_->handshake();
    }
    EXPECT_NE(outcome.status, IoStatus::done);
    EXPECT_NE(outcome.status, IoStatus::would_block);
}

TEST_F(TlsStreamTest, GoesOnWithAnotherLoop) {
    open();
    ASSERT_EQ(shake_hands(), IoStatus::done);
    ASSERT_TRUE(client_->send("before"));
    EventLoop other(1);
    stream_->detach();
    stream_->attach(other);
    auto ready = false;
    auto const on_ready = [&ready](std::exception_ptr const&) { ready = true; };
    asio::co_spawn(other.context(), stream_->ready(Readiness::readable), on_ready);
    other.context().run_for(std::chrono::seconds(20));
    EXPECT_TRUE(ready);
    EXPECT_EQ(read(6), "before");
    EXPECT_EQ(write("after").bytes, 5U);
    EXPECT_EQ(receive(5), "after");
    stream_.reset();
}

TEST_F(TlsStreamTest, ClosesItsSocketWhenDroppedBetweenTwoLoops) {
    open();
    ASSERT_EQ(shake_hands(), IoStatus::done);
    stream_->detach();
    stream_.reset();
    std::array<char, 16> buffer;
    auto got = SSL_read(client_->ssl(), buffer.data(), buffer.size());
    for (int i = 0; i < kManySteps && SSL_get_error(client_->ssl(), got) == SSL_ERROR_WANT_READ;
         ++i) {
        ::usleep(100);
        got = SSL_read(client_->ssl(), buffer.data(), buffer.size());
    }
    EXPECT_NE(SSL_get_error(client_->ssl(), got), SSL_ERROR_WANT_READ);
}

TEST_F(TlsStreamTest, KeepsTheCertificateItBeganWith) {
    open();
    ASSERT_EQ(shake_hands(), IoStatus::done);
    auto const serial = client_->serial();
    EXPECT_EQ(serial, identity_->current()->serial());
    folder_.renew();
    ASSERT_TRUE(identity_->reload());
    ASSERT_TRUE(client_->send("still here"));
    EXPECT_EQ(read(10), "still here");
    EXPECT_EQ(client_->serial(), serial);
    open();
    ASSERT_EQ(shake_hands(), IoStatus::done);
    EXPECT_NE(client_->serial(), serial);
    EXPECT_EQ(client_->serial(), identity_->current()->serial());
}

TEST_F(TlsStreamTest, DoesNothingOnceItIsClosed) {
    open();
    ASSERT_EQ(shake_hands(), IoStatus::done);
    stream_->close();
    stream_->close();
    stream_->finish_writing();
    stream_->cancel();
    read_all();
    EXPECT_EQ(last_.status, IoStatus::failed);
    EXPECT_EQ(write("x").status, IoStatus::failed);
    EXPECT_EQ(stream_->protocol(), "");
}

}  // namespace
}  // namespace directfanz::io
