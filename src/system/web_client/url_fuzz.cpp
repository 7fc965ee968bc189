#include "system/web_client/web_client.hpp"

#include <cstdint>
#include <cstdlib>

using namespace directfanz;

/// Whatever somebody types as a webhook's address: what is taken is of the web, and names a host.
extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
    std::string const text(data, data + size);
    if (!web_client::check_url(text)) return 0;
    if (!text.starts_with("https://") && !text.starts_with("http://")) std::abort();
    if (text.find_first_of(" \t\r\n") != std::string::npos) std::abort();
    if (web_client::host_of(text).empty()) std::abort();
    return 0;
}
