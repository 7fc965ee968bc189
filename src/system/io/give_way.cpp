#include "system/io/give_way.hpp"

#include <boost/asio/post.hpp>
#include <boost/asio/this_coro.hpp>

namespace directfanz::io {

Task<> give_way() {
    auto const executor = co_await asio::this_coro::executor;
    co_await asio::post(executor, awaiting);
}

}  // namespace directfanz::io
