#pragma once

#include "load/connect.hpp"

#include <cstddef>
#include <memory>
#include <span>
#include <string_view>

#include <sys/types.h>

struct ssl_st;
struct ssl_ctx_st;

namespace directfanz::load {

/// TLS 1.3 as viewers speak it, but any certificate will do.
class TlsClient {
  public:
    /// @param alpn what is offered: "h2" or "http/1.1".
    explicit TlsClient(std::string_view alpn);
    ~TlsClient();
    TlsClient(TlsClient const&) = delete;
    TlsClient& operator=(TlsClient const&) = delete;

  private:
    friend class Channel;
    ssl_ctx_st* context_;
};

/// A connection's bytes, plain or through TLS.
class Channel {
  public:
    /// Connects, and shakes hands where `tls` is not null; blocks for it. Throws std::exception.
    Channel(Address const& address, std::size_t number, TlsClient* tls);
    ~Channel();
    Channel(Channel const&) = delete;
    Channel& operator=(Channel const&) = delete;

    int descriptor() const { return descriptor_; }
    void make_non_blocking();

    /// How much came; 0 when the peer has closed, or the connection broke; -1 when there is nothing
    /// at present.
    ssize_t receive(std::span<char> into);
    /// The same for bytes that nobody wants to see, `most` of them; `scratch` may be written to.
    ssize_t discard(std::size_t most, std::span<char> scratch);
    /// Has it read more from the network than it has handed on?
    bool may_hold_more() const { return tls_ != nullptr; }

    /// All or nothing: what viewers send is small. False when the connection broke.
    bool send(std::string_view bytes);

  private:
    int descriptor_;
    ssl_st* tls_ = nullptr;
};

}  // namespace directfanz::load
