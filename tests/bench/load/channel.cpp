#include "load/channel.hpp"

#include <algorithm>
#include <cerrno>
#include <stdexcept>
#include <string>

#include <openssl/ssl.h>
#include <sys/socket.h>

namespace directfanz::load {

TlsClient::TlsClient(std::string_view alpn) : context_(::SSL_CTX_new(::TLS_client_method())) {
    if (context_ == nullptr) throw std::runtime_error("OpenSSL failed");
    ::SSL_CTX_set_verify(context_, SSL_VERIFY_NONE, nullptr);
    auto const offer = static_cast<char>(alpn.size()) + std::string(alpn);
    ::SSL_CTX_set_alpn_protos(context_, reinterpret_cast<unsigned char const*>(offer.data()),
                              static_cast<unsigned>(offer.size()));
}

TlsClient::~TlsClient() {
    ::SSL_CTX_free(context_);
}

Channel::Channel(Address const& address, std::size_t number, TlsClient* tls)
    : descriptor_(connect_to(address, number)) {
    if (tls == nullptr) return;
    tls_ = ::SSL_new(tls->context_);
    if (tls_ == nullptr || ::SSL_set_fd(tls_, descriptor_) != 1 || ::SSL_connect(tls_) != 1) {
        ::SSL_free(tls_);
        close_at_once(descriptor_);
        throw std::runtime_error("the TLS handshake failed");
    }
}

Channel::~Channel() {
    ::SSL_free(tls_);
    close_at_once(descriptor_);
}

void Channel::make_non_blocking() {
    load::make_non_blocking(descriptor_);
}

ssize_t Channel::receive(std::span<char> into) {
    if (tls_ != nullptr) {
        auto const got = ::SSL_read(tls_, into.data(), static_cast<int>(into.size()));
        if (got > 0) return got;
        return ::SSL_get_error(tls_, got) == SSL_ERROR_WANT_READ ? -1 : 0;
    }
    auto const got = ::recv(descriptor_, into.data(), into.size(), 0);
    return got < 0 && errno != EAGAIN ? 0 : got;
}

ssize_t Channel::discard(std::size_t most, std::span<char> scratch) {
    if (tls_ != nullptr) return receive(scratch.first(std::min(most, scratch.size())));
    // TCP drops what is read with MSG_TRUNC (tcp(7)): the buffer is not touched.
    auto const got = ::recv(descriptor_, scratch.data(), most, MSG_TRUNC);
    return got < 0 && errno != EAGAIN ? 0 : got;
}

bool Channel::send(std::string_view bytes) {
    if (bytes.empty()) return true;
    auto const size = static_cast<ssize_t>(bytes.size());
    if (tls_ != nullptr) return ::SSL_write(tls_, bytes.data(), static_cast<int>(size)) == size;
    return ::send(descriptor_, bytes.data(), bytes.size(), MSG_NOSIGNAL) == size;
}

}  // namespace directfanz::load
