#include "system/web_client/transfer.hpp"

#include "system/web_client/public_address.hpp"

#include <algorithm>
#include <cctype>
#include <cstring>

#include <curl/curl.h>
#include <fmt/format.h>
#include <netinet/in.h>
#include <sys/socket.h>

namespace directfanz::web_client {
namespace {

io::IpAddress address_of(sockaddr const& address) {
    io::IpAddress made;
    if (address.sa_family == AF_INET) {
        made.bytes[10] = made.bytes[11] = 0xff;
        std::memcpy(made.bytes.data() + 12, &reinterpret_cast<sockaddr_in const&>(address).sin_addr,
                    4);
    } else if (address.sa_family == AF_INET6) {
        std::memcpy(made.bytes.data(), &reinterpret_cast<sockaddr_in6 const&>(address).sin6_addr,
                    16);
    }
    return made;
}

bool is_token(std::string_view text) {
    return !text.empty() && std::ranges::all_of(text, [](unsigned char c) {
        return std::isalnum(c) != 0 ||
               std::string_view("!#$%&'*+-.^_`|~").find(static_cast<char>(c)) !=
                   std::string_view::npos;
    });
}

bool is_field_value(std::string_view text) {
    return std::ranges::none_of(text, [](unsigned char c) { return c < 0x20 || c == 0x7f; });
}

std::string lower(std::string_view text) {
    std::string made(text);
    std::ranges::transform(made, made.begin(),
                           [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    return made;
}

std::string_view trim(std::string_view text) {
    constexpr std::string_view blanks = " \t\r\n";
    auto const first = text.find_first_not_of(blanks);
    if (first == text.npos) return {};
    return text.substr(first, text.find_last_not_of(blanks) - first + 1);
}

Result<void> check_request(Request const& request) {
    auto checked = check_url(request.url);
    if (!checked) return checked;
    auto const fits = [](Header const& header) {
        return is_token(header.name) && is_field_value(header.value);
    };
    if (!is_token(request.method) || !std::ranges::all_of(request.headers, fits)) {
        return fail(ErrorKind::invalid, "web request", "a header holds what no header may");
    }
    return {};
}

}  // namespace

/// What libcurl calls.
struct Callbacks {
    static curl_socket_t open_socket(void* data, curlsocktype, curl_sockaddr* address) {
        auto& transfer = *static_cast<Transfer*>(data);
        // After the name was looked up, and for the very address that is connected to: a name that
        // answers differently the next time gains nothing.
        if (transfer.options_->reach == Reach::public_only &&
            !is_public(address_of(address->addr))) {
            transfer.refused_address_ = true;
            return CURL_SOCKET_BAD;
        }
        return ::socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
    }

    static std::size_t header(char const* data, std::size_t size, std::size_t count, void* to) {
        auto& response = static_cast<Transfer*>(to)->response_;
        std::string_view const line(data, size * count);
        // Each response begins anew: those of 1xx are not the last.
        if (line.starts_with("HTTP/")) response.headers.clear();
        auto const colon = line.find(':');
        if (colon != line.npos && colon > 0 && response.headers.size() < kMostHeaders) {
            response.headers.push_back({.name = lower(line.substr(0, colon)),
                                        .value = std::string(trim(line.substr(colon + 1)))});
        }
        return size * count;
    }

    static std::size_t body(char const* data, std::size_t size, std::size_t count, void* to) {
        auto& transfer = *static_cast<Transfer*>(to);
        auto& response = transfer.response_;
        auto const room = transfer.options_->most_body - response.body.size();
        auto const taken = std::min(size * count, room);
        response.body.append(data, taken);
        // Returning less ends the transfer.
        response.truncated = taken < size * count;
        return taken;
    }
};

Transfer::Transfer(Request request, std::move_only_function<void(Result<Response>)> done)
    : request_(std::move(request)), done_(std::move(done)) {}

Transfer::~Transfer() {
    if (easy_ != nullptr) curl_easy_cleanup(easy_);
    curl_slist_free_all(static_cast<curl_slist*>(header_list_));
}

Result<void> Transfer::prepare(Options const& options) {
    auto checked = check_request(request_);
    if (!checked) return checked;
    options_ = &options;
    host_ = host_of(request_.url);
    auto* const easy = curl_easy_init();
    if (easy == nullptr) return fail(ErrorKind::unavailable, "web request", "no memory is left");
    easy_ = easy;
    auto* list = static_cast<curl_slist*>(nullptr);
    // Without "Expect: 100-continue", which some servers never answer.
    list = curl_slist_append(list, "Expect:");
    // Nor is a body a form because nothing else was said.
    auto const is_type = [](Header const& header) { return lower(header.name) == "content-type"; };
    if (std::ranges::none_of(request_.headers, is_type)) {
        list = curl_slist_append(list, "Content-Type:");
    }
    for (auto const& [name, value] : request_.headers) {
        // libcurl takes "Name:" as the wish to leave it out, and "Name;" as an empty one.
        auto const line =
            value.empty() ? fmt::format("{};", name) : fmt::format("{}: {}", name, value);
        list = curl_slist_append(list, line.c_str());
    }
    header_list_ = list;

    curl_easy_setopt(easy, CURLOPT_PRIVATE, this);
    curl_easy_setopt(easy, CURLOPT_URL, request_.url.c_str());
    curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "http,https");
    curl_easy_setopt(easy, CURLOPT_FOLLOWLOCATION, 0L);
    curl_easy_setopt(easy, CURLOPT_PROXY, "");
    curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(easy, CURLOPT_USERAGENT, options.user_agent.c_str());
    curl_easy_setopt(easy, CURLOPT_SSLVERSION, static_cast<long>(CURL_SSLVERSION_TLSv1_2));
    // A connection that stays was opened for an address that was judged then; so are new ones.
    curl_easy_setopt(easy, CURLOPT_MAXAGE_CONN, 30L);
    curl_easy_setopt(easy, CURLOPT_OPENSOCKETFUNCTION, &Callbacks::open_socket);
    curl_easy_setopt(easy, CURLOPT_OPENSOCKETDATA, this);
    curl_easy_setopt(easy, CURLOPT_HTTPHEADER, list);
    if (request_.method == "HEAD") {
        curl_easy_setopt(easy, CURLOPT_NOBODY, 1L);
    } else {
        if (request_.method != "GET" || !request_.body.empty()) {
            curl_easy_setopt(easy, CURLOPT_POSTFIELDSIZE_LARGE,
                             static_cast<curl_off_t>(request_.body.size()));
            curl_easy_setopt(easy, CURLOPT_POSTFIELDS, request_.body.data());
        }
        curl_easy_setopt(easy, CURLOPT_CUSTOMREQUEST, request_.method.c_str());
    }
    curl_easy_setopt(easy, CURLOPT_HEADERFUNCTION, &Callbacks::header);
    curl_easy_setopt(easy, CURLOPT_HEADERDATA, this);
    curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, &Callbacks::body);
    curl_easy_setopt(easy, CURLOPT_WRITEDATA, this);
    curl_easy_setopt(easy, CURLOPT_CONNECTTIMEOUT_MS,
                     static_cast<long>(options.connect_timeout.count()));
    curl_easy_setopt(easy, CURLOPT_TIMEOUT_MS, static_cast<long>(options.timeout.count()));
    return {};
}

Result<Response> Transfer::result(int code) {
    auto const failed = [](ErrorKind kind, std::string message) {
        return fail(kind, "web request", std::move(message));
    };
    long status = 0;
    curl_off_t took = 0;
    curl_easy_getinfo(easy_, CURLINFO_RESPONSE_CODE, &status);
    curl_easy_getinfo(easy_, CURLINFO_TOTAL_TIME_T, &took);
    response_.status = static_cast<int>(status);
    response_.took = std::chrono::duration_cast<milliseconds>(microseconds(took));
    if (code == CURLE_OK || (code == CURLE_WRITE_ERROR && response_.truncated)) {
        return std::move(response_);
    }
    if (refused_address_) {
        return failed(ErrorKind::denied, "the host's address is not one of the public internet");
    }
    switch (code) {
        case CURLE_OPERATION_TIMEDOUT:
            return failed(ErrorKind::timeout, "the server did not answer in time");
        case CURLE_COULDNT_RESOLVE_HOST:
            return failed(ErrorKind::unavailable, "the host's name is not known");
        case CURLE_COULDNT_CONNECT:
            return failed(ErrorKind::unavailable, "the host does not take connections there");
        case CURLE_PEER_FAILED_VERIFICATION:
            return failed(ErrorKind::unavailable,
                          "the server's certificate is not valid for this address");
        default:
            return failed(ErrorKind::unavailable,
                          fmt::format("the request failed: {}",
                                      curl_easy_strerror(static_cast<CURLcode>(code))));
    }
}

void Transfer::finish(int code) {
    done_(result(code));
}

}  // namespace directfanz::web_client
