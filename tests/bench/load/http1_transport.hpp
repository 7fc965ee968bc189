#pragma once

#include "load/channel.hpp"
#include "load/viewer.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace directfanz::load {

/// The head of an HTTP/1.1 response.
struct ResponseHead {
    /// With the empty line.
    std::size_t size = 0;
    unsigned status = 0;
    std::uint64_t content_length = 0;
    bool gzip = false;

    /// Empty while it is incomplete. Throws std::runtime_error when it is none, or tells no length.
    static std::optional<ResponseHead> parse(std::string_view bytes);
};

/// One keep-alive connection for one viewer. Bodies that nobody wants are dropped in the kernel.
class Http1Transport final : public Transport, private Poller::Watcher {
  public:
    Http1Transport(Poller& poller, Address const& address, std::size_t number, TlsClient* tls);

    void get(Resource const& resource, Viewer& viewer) override;

    bool lost() const override { return lost_; }

  private:
    enum class Reading { head, body };

    void on_events(std::uint32_t events) override;
    /// Each returns whether there may be more to read at once.
    bool read_head();
    bool read_body();
    void take_head(std::string_view bytes);
    bool finish();
    void lose();

    Poller& poller_;
    Channel channel_;
    Viewer* viewer_ = nullptr;
    Reading reading_ = Reading::head;
    ResponseHead head_;
    std::uint64_t body_left_ = 0;
    bool keep_ = false;
    std::string kept_;
    bool lost_ = false;
};

/// One GET that blocks. Throws std::runtime_error unless the answer is a 200.
std::string fetch(Address const& address, std::string const& path, TlsClient* tls);

}  // namespace directfanz::load
