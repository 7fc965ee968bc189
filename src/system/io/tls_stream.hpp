#pragma once

#include "system/io/byte_stream.hpp"
#include "system/io/socket.hpp"
#include "system/io/tcp_stream.hpp"
#include "system/io/tls_context.hpp"

#include <memory>
#include <string_view>

struct ssl_st;

namespace directfanz::io {

/// The server's side of TLS over TCP, on the socket itself.
///
/// After a write that would block, the next write must begin with the same bytes: some of them are
/// encrypted already.
class TlsStream final : public ByteStream {
  public:
    /// The library's receives from the socket in its present call.
    struct Receives {
        /// How many more it may make.
        int left = 0;
        /// One has found nothing.
        bool exhausted = false;
    };

    /// `alpn` outlives it.
    TlsStream(TcpSocket socket, std::shared_ptr<TlsContext const> context, Alpn alpn);
    ~TlsStream() override;

    IoOutcome handshake() override;
    std::string_view protocol() const override;
    bool encrypted() const override { return true; }

    IoOutcome read(std::span<std::uint8_t> into) override;
    IoOutcome write(std::span<iovec const> parts) override;
    /// By sendfile(2) where the kernel encrypts.
    IoOutcome send_file(std::span<iovec const> before, FileSpan const& file) override;
    Task<> ready(Readiness readiness) override;
    void take_time() override { tcp_.take_time(); }
    void cancel() override { tcp_.cancel(); }
    void finish_writing() override;
    void close() override;
    bool peer_has_left() const override { return tcp_.peer_has_left(); }
    std::optional<microseconds> round_trip() const override { return tcp_.round_trip(); }
    void detach() override { tcp_.detach(); }
    void attach(EventLoop& loop) override { tcp_.attach(loop); }

  private:
    void begin();
    /// What the library's last call, which returned `result`, asks for.
    IoOutcome outcome_of(int result);
    IoOutcome write_record(std::span<iovec const> parts, std::size_t offset);
    /// Tells the peer that this was all, if it may still be told.
    void say_goodbye();

    TcpStream tcp_;
    std::shared_ptr<TlsContext const> context_;
    Alpn alpn_;
    /// Null before the client's first byte, and once it is closed.
    ssl_st* ssl_ = nullptr;
    bool awaited_ = false;
    bool established_ = false;
    bool broken_ = false;
    bool said_goodbye_ = false;
    /// The kernel encrypts what is sent.
    bool kernel_sends_ = false;
    /// The library holds bytes that have left the socket and may be a whole record.
    bool buffered_ = false;
    Receives receives_;
    /// How often ready() has returned without the loop's others having had a turn.
    int turns_in_a_row_ = 0;
};

}  // namespace directfanz::io
