#pragma once

#include "system/web_client/web_client.hpp"

#include <functional>
#include <string>

namespace directfanz::web_client {

/// One request and what has come of its answer, as libcurl's callbacks see them. It stays where it
/// is: libcurl holds pointers to it.
class Transfer {
  public:
    Transfer(Request request, std::move_only_function<void(Result<Response>)> done);
    ~Transfer();
    Transfer(Transfer const&) = delete;
    Transfer& operator=(Transfer const&) = delete;

    /// Makes libcurl's handle. Error: invalid, unavailable.
    Result<void> prepare(Options const& options);

    std::string const& host() const { return host_; }
    /// CURL*.
    void* easy() const { return easy_; }

    /// Calls `done`. `code` is the CURLcode with which it ended.
    void finish(int code);
    void finish(Error error) { done_(std::unexpected(std::move(error))); }

  private:
    friend struct Callbacks;

    Result<Response> result(int code);

    Request request_;
    std::move_only_function<void(Result<Response>)> done_;
    std::string host_;
    void* easy_ = nullptr;
    void* header_list_ = nullptr;
    Options const* options_ = nullptr;
    Response response_;
    /// The host has only addresses that may not be asked.
    bool refused_address_ = false;
};

}  // namespace directfanz::web_client
