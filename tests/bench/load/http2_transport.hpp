#pragma once

#include "load/channel.hpp"
#include "load/viewer.hpp"

#include <map>
#include <string>

struct nghttp2_session;

namespace directfanz::load {

/// One HTTP/2 connection for all renditions of a viewer.
class Http2Transport final : public Transport, private Poller::Watcher {
  public:
    Http2Transport(Poller& poller, Address const& address, std::size_t number, TlsClient* tls);
    ~Http2Transport() override;
    Http2Transport(Http2Transport const&) = delete;
    Http2Transport& operator=(Http2Transport const&) = delete;

    void get(Resource const& resource, Viewer& viewer) override;
    bool lost() const override { return lost_; }

  private:
    struct Callbacks;
    struct Exchange {
        Viewer* viewer = nullptr;
        unsigned status = 0;
        bool gzip = false;
        bool keep = false;
        std::uint64_t bytes = 0;
        std::string kept;
    };

    void on_events(std::uint32_t events) override;
    void receive();
    void finish(std::int32_t stream);
    /// Sends what the session has to say.
    void flush();
    void lose();

    Poller& poller_;
    Channel channel_;
    std::string authority_;
    std::string scheme_;
    nghttp2_session* session_ = nullptr;
    std::map<std::int32_t, Exchange> exchanges_;
    /// A request from within the session's own callbacks is sent after them.
    bool handling_ = false;
    bool lost_ = false;
};

}  // namespace directfanz::load
