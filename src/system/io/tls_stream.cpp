#include "system/io/tls_stream.hpp"

#include "base/log.hpp"
#include "system/io/give_way.hpp"

#include <algorithm>
#include <array>
#include <cstring>
#include <utility>

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/ssl.h>

namespace directfanz::io {
namespace {

/// A record's most (RFC 8446, 5.1).
constexpr std::size_t kRecordBytes = 16 * 1024;
/// A write gives the loop's others a turn after so much.
constexpr std::size_t kMaxWriteBytes = 1024 * 1024;

/// A peer that sends faster than it is read lets the loop's others have a turn after so many.
constexpr int kTurnsInARow = 8;
/// In one call; a record of the largest size takes one or two where it has come whole.
constexpr int kMaxReceives = 8;

/// Small parts become one record here. One a loop's thread: a connection leaves nothing in it.
std::array<std::uint8_t, kRecordBytes>& record_buffer() {
    thread_local std::array<std::uint8_t, kRecordBytes> buffer;
    return buffer;
}

Task<> at_once() {
    co_return;
}

/// Says "nothing more at present" when so much was received already, and notes when the socket says
/// so; `ret` is 1 before a call, and its result after it.
long watch_receives(BIO* socket, int call, char const*, std::size_t, int, long, int ret,
                    std::size_t*) {
    auto& receives = *reinterpret_cast<TlsStream::Receives*>(BIO_get_callback_arg(socket));
    if (call == (BIO_CB_READ | BIO_CB_RETURN) && ret <= 0 && BIO_should_retry(socket)) {
        receives.exhausted = true;
    }
    if (call != BIO_CB_READ) return ret;
    BIO_clear_retry_flags(socket);
    if (receives.left > 0) {
        --receives.left;
        return ret;
    }
    BIO_set_retry_read(socket);
    return -1;
}

}  // namespace

TlsStream::TlsStream(TcpSocket socket, std::shared_ptr<TlsContext const> context, Alpn alpn)
    : tcp_(std::move(socket)), context_(std::move(context)), alpn_(alpn) {}

void TlsStream::begin() {
    ssl_ = SSL_new(context_->native());
    if (ssl_ == nullptr) throw std::bad_alloc();
    SSL_set_fd(ssl_, tcp_.descriptor());
    SSL_set_accept_state(ssl_);
    SSL_set_app_data(ssl_, &alpn_);
    // Else one read would go on for as long as records come that carry no data (KeyUpdate). The
    // mode alone ends it only where a record's end is that of what was received.
    SSL_clear_mode(ssl_, SSL_MODE_AUTO_RETRY);
    BIO_set_callback_ex(SSL_get_rbio(ssl_), watch_receives);
    BIO_set_callback_arg(SSL_get_rbio(ssl_), reinterpret_cast<char*>(&receives_));
}

TlsStream::~TlsStream() {
    SSL_free(ssl_);
}

IoOutcome TlsStream::outcome_of(int result) {
    switch (SSL_get_error(ssl_, result)) {
        case SSL_ERROR_WANT_READ:
            // Otherwise a limit has ended the call, or a record without data.
            if (receives_.exhausted) tcp_.exhausted(Readiness::readable);
            return {.status = IoStatus::would_block, .wait_for = Readiness::readable};
        case SSL_ERROR_WANT_WRITE:
            tcp_.exhausted(Readiness::writable);
            return {.status = IoStatus::would_block, .wait_for = Readiness::writable};
        case SSL_ERROR_ZERO_RETURN:
            return {.status = IoStatus::closed};
        default:
            broken_ = true;
            return {.status = IoStatus::failed};
    }
}

IoOutcome TlsStream::handshake() {
    if (established_) return {.status = IoStatus::done};
    if (tcp_.descriptor() < 0) return {.status = IoStatus::failed};
    // The client speaks first: one that says nothing costs nothing.
    if (!std::exchange(awaited_, true)) {
        return {.status = IoStatus::would_block, .wait_for = Readiness::readable};
    }
    if (ssl_ == nullptr) begin();
    ERR_clear_error();
    receives_ = {.left = kMaxReceives};
    auto const result = SSL_do_handshake(ssl_);
    if (result != 1) {
        auto const outcome = outcome_of(result);
        if (outcome.status == IoStatus::failed) {
            auto const* reason = ERR_reason_error_string(ERR_peek_last_error());
            log::debug("tls_handshake_failed", {{"reason", reason == nullptr ? "lost" : reason}});
        }
        return outcome;
    }
    established_ = true;
    kernel_sends_ = BIO_get_ktls_send(SSL_get_wbio(ssl_)) != 0;
    buffered_ = SSL_has_pending(ssl_) == 1;
    return {.status = IoStatus::done};
}

std::string_view TlsStream::protocol() const {
    if (ssl_ == nullptr) return {};
    unsigned char const* name = nullptr;
    unsigned length = 0;
    SSL_get0_alpn_selected(ssl_, &name, &length);
    return {reinterpret_cast<char const*>(name), length};
}

IoOutcome TlsStream::read(std::span<std::uint8_t> into) {
    if (ssl_ == nullptr || broken_) return {.status = IoStatus::failed};
    ERR_clear_error();
    std::size_t bytes = 0;
    receives_ = {.left = kMaxReceives};
    auto const result = SSL_read_ex(ssl_, into.data(), into.size(), &bytes);
    if (result != 1) {
        // Whatever is left is no whole record.
        buffered_ = false;
        return outcome_of(result);
    }
    buffered_ = SSL_has_pending(ssl_) == 1;
    return {.status = IoStatus::done, .bytes = bytes};
}

IoOutcome TlsStream::write(std::span<iovec const> parts) {
    if (ssl_ == nullptr || broken_) return {.status = IoStatus::failed};
    if (kernel_sends_) return tcp_.write(parts);
    std::size_t written = 0;
    std::size_t offset = 0;
    while (!parts.empty() && written < kMaxWriteBytes) {
        auto const outcome = write_record(parts, offset);
        if (outcome.status != IoStatus::done) {
            if (written == 0) return outcome;
            break;
        }
        written += outcome.bytes;
        offset += outcome.bytes;
        while (!parts.empty() && offset >= parts.front().iov_len) {
            offset -= parts.front().iov_len;
            parts = parts.subspan(1);
        }
    }
    return {.status = IoStatus::done, .bytes = written};
}

IoOutcome TlsStream::send_file(std::span<iovec const> before, FileSpan const& file) {
    if (ssl_ == nullptr || broken_) return {.status = IoStatus::failed};
    if (kernel_sends_) return tcp_.send_file(before, file);
    return ByteStream::send_file(before, file);
}

// A record is always the first bytes of what there is to write, as many as go into one: so a write
// that is tried again gives the library what it has encrypted already.
IoOutcome TlsStream::write_record(std::span<iovec const> parts, std::size_t offset) {
    auto const* data = static_cast<std::uint8_t const*>(parts.front().iov_base) + offset;
    auto size = std::min(parts.front().iov_len - offset, kRecordBytes);
    if (size < kRecordBytes && parts.size() > 1) {
        auto& buffer = record_buffer();
        std::memcpy(buffer.data(), data, size);
        for (auto const& part : parts.subspan(1)) {
            auto const count = std::min(part.iov_len, kRecordBytes - size);
            if (count > 0) std::memcpy(buffer.data() + size, part.iov_base, count);
            size += count;
            if (size == kRecordBytes) break;
        }
        data = buffer.data();
    }
    if (size == 0) return {.status = IoStatus::done};
    ERR_clear_error();
    std::size_t bytes = 0;
    auto const result = SSL_write_ex(ssl_, data, size, &bytes);
    if (result != 1) return outcome_of(result);
    return {.status = IoStatus::done, .bytes = bytes};
}

Task<> TlsStream::ready(Readiness readiness) {
    // The socket is not readable for what has left it.
    if (readiness == Readiness::readable && buffered_) {
        if (++turns_in_a_row_ < kTurnsInARow) return at_once();
        turns_in_a_row_ = 0;
        return give_way();
    }
    turns_in_a_row_ = 0;
    return tcp_.ready(readiness);
}

void TlsStream::say_goodbye() {
    if (ssl_ == nullptr || !established_ || broken_ || std::exchange(said_goodbye_, true)) return;
    ERR_clear_error();
    if (SSL_shutdown(ssl_) < 0) ERR_clear_error();
}

void TlsStream::finish_writing() {
    say_goodbye();
    tcp_.finish_writing();
}

void TlsStream::close() {
    say_goodbye();
    tcp_.close();
    SSL_free(std::exchange(ssl_, nullptr));
}

}  // namespace directfanz::io
