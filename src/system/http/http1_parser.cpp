#include "system/http/http1_parser.hpp"

#include "system/http/target.hpp"

#include <algorithm>
#include <optional>
#include <utility>

#include <boost/asio/buffer.hpp>
#include <boost/beast/http/basic_parser.hpp>

namespace directfanz::http {
namespace {

namespace beast = boost::beast;

/// RFC 9112, 2.2 asks for patience with an empty line before a request; not with endless ones.
constexpr std::size_t kMaxEmptyLines = 4;

/// "0", CRLF and an empty trailer (RFC 9112, 7.1): wherever a body without chunks is cut, no less
/// is to come, and Beast asserts that it has the whole of it.
constexpr std::size_t kLastChunkBytes = 5;

/// "HTTP/2.0" is a version that we do not speak, "HTTP/x" is none at all.
bool names_a_version(std::string_view line) {
    if (std::ranges::count(line, ' ') != 2) return false;
    auto const version = line.substr(line.rfind(' ') + 1);
    auto const digit = [](char c) { return c >= '0' && c <= '9'; };
    return version.size() == 8 && version.starts_with("HTTP/") && digit(version[5]) &&
           version[6] == '.' && digit(version[7]);
}

}  // namespace

/// One message's state: what Beast calls, straight into our Request.
class Http1Parser::Message final : public beast::http::basic_parser<true> {
  public:
    explicit Message(Limits const& limits) {
        eager(true);
        // The header is presented whole and below our own limit.
        header_limit(static_cast<std::uint32_t>(limits.header_bytes + 1));
        body_limit(limits.body_bytes);
    }

    Request request;
    std::optional<Refusal> refusal;
    bool http_1_0 = false;
    bool expects_continue = false;
    bool has_chunks = false;

  private:
    using ErrorCode = beast::error_code;

    void refuse(unsigned status, std::string_view detail, ErrorCode& error) {
        refusal = Refusal{.status = status, .detail = detail};
        error = beast::http::error::bad_field;
    }

    void on_request_impl(beast::http::verb, beast::string_view method, beast::string_view target,
                         int version, ErrorCode& error) override {
        http_1_0 = version == 10;
        refusal = http::set_method_and_target(request, {method.data(), method.size()},
                                              {target.data(), target.size()});
        if (refusal) error = beast::http::error::bad_field;
    }

    void on_response_impl(int, beast::string_view, int, ErrorCode&) override {}

    void on_field_impl(beast::http::field field, beast::string_view name, beast::string_view value,
                       ErrorCode& error) override {
        // A trailer's fields come after the handler's decisions would have been made: not merged
        // (RFC 9110, 6.5.1).
        if (header_whole_) return;
        if (request.headers.size() >= kMaxFields) {
            return refuse(431, "too many header fields", error);
        }
        if (field == beast::http::field::host) ++hosts_;
        if (field == beast::http::field::content_length) {
            ++lengths_;
            if (value.find(',') != beast::string_view::npos) ++lengths_;
        }
        if (field == beast::http::field::transfer_encoding) {
            ++codings_;
            only_chunked_ = only_chunked_ && same_token({value.data(), value.size()}, "chunked");
        }
        request.headers.add({name.data(), name.size()}, {value.data(), value.size()});
    }

    void on_header_impl(ErrorCode& error) override {
        header_whole_ = true;
        if (hosts_ > 1 || (hosts_ == 0 && !http_1_0)) {
            return refuse(400, "a request names its host once", error);
        }
        if (lengths_ > 1) return refuse(400, "a request has one length", error);
        if (codings_ > 0 && (lengths_ > 0 || http_1_0)) {
            return refuse(400, "a transfer coding where there can be none", error);
        }
        if (codings_ > 1 || !only_chunked_) {
            return refuse(501, "the only transfer coding is chunked", error);
        }
        auto const expectation = request.headers.get("Expect");
        if (!expectation || http_1_0) return;
        refusal = http::check_expectation(*expectation);
        if (refusal) error = beast::http::error::bad_field;
        expects_continue = !refusal;
    }

    void on_body_init_impl(boost::optional<std::uint64_t> const& length, ErrorCode&) override {
        if (length) request.body.reserve(std::min<std::uint64_t>(*length, kFirstReserve));
    }

    std::size_t on_body_impl(beast::string_view body, ErrorCode&) override {
        request.body.append(body.data(), body.size());
        return body.size();
    }

    void on_chunk_header_impl(std::uint64_t, beast::string_view, ErrorCode&) override {
        has_chunks = true;
    }

    std::size_t on_chunk_body_impl(std::uint64_t, beast::string_view body, ErrorCode&) override {
        request.body.append(body.data(), body.size());
        return body.size();
    }

    void on_finish_impl(ErrorCode&) override {}

    /// A length that is only announced takes no more memory than this.
    static constexpr std::uint64_t kFirstReserve = 16 * 1024;

    bool header_whole_ = false;
    std::size_t hosts_ = 0;
    std::size_t lengths_ = 0;
    std::size_t codings_ = 0;
    bool only_chunked_ = true;
};

Http1Parser::Http1Parser(Limits limits) : limits_(limits) {}
Http1Parser::~Http1Parser() = default;

void Http1Parser::refuse(unsigned status, std::string_view detail) {
    state_ = State::refused;
    refusal_ = {.status = status, .detail = detail};
}

std::size_t Http1Parser::feed(ByteView bytes) {
    std::size_t used = 0;
    if (state_ == State::start) used += skip_empty_lines(bytes);
    if (state_ == State::header) used += feed_header(bytes.subspan(used));
    if (state_ == State::body) used += feed_body(bytes.subspan(used));
    return used;
}

std::size_t Http1Parser::skip_empty_lines(ByteView bytes) {
    auto const text = as_text(bytes);
    std::size_t used = 0;
    while (text.substr(used).starts_with("\r\n")) {
        used += 2;
        if (++empty_lines_ > kMaxEmptyLines) {
            refuse(400, "empty lines instead of a request");
            return used;
        }
    }
    auto const rest = text.substr(used);
    if (!rest.empty() && rest != "\r") {
        state_ = State::header;
        scanned_ = 0;
        line_ = 0;
    }
    return used;
}

std::size_t Http1Parser::find_header_end(std::string_view bytes) {
    for (;;) {
        if (line_ < bytes.size() && (bytes[line_] == ' ' || bytes[line_] == '\t')) {
            refuse(400, "a header line begins with a space");
            return 0;
        }
        auto const newline = bytes.find('\n', scanned_);
        if (newline == std::string_view::npos) {
            scanned_ = bytes.size();
            return 0;
        }
        if (newline == 0 || bytes[newline - 1] != '\r') {
            refuse(400, "a line ends without a carriage return");
            return 0;
        }
        auto const is_empty = newline == line_ + 1;
        scanned_ = newline + 1;
        line_ = scanned_;
        if (is_empty) return scanned_;
    }
}

std::size_t Http1Parser::feed_header(ByteView bytes) {
    // What lies beyond the limit is not looked at: the answer would depend on how much came at
    // once.
    auto const text = as_text(bytes.first(std::min(bytes.size(), limits_.header_bytes)));
    auto const length = find_header_end(text);
    if (state_ == State::refused) return 0;
    if (length == 0 && bytes.size() > limits_.header_bytes) {
        auto const line_end = text.find("\r\n");
        line_end > kMaxTargetBytes ? refuse(414, "the address is too long")
                                   : refuse(431, "the header is too large");
        return 0;
    }
    if (length == 0) return 0;

    message_ = std::make_unique<Message>(limits_);
    beast::error_code error;
    auto const used = message_->put(boost::asio::const_buffer(bytes.data(), length), error);
    if (error && error != beast::http::error::need_more) {
        if (message_->refusal) {
            refuse(message_->refusal->status, message_->refusal->detail);
        } else if (error == beast::http::error::bad_version &&
                   names_a_version(text.substr(0, text.find("\r\n")))) {
            refuse(505, "this server speaks HTTP/1.1 and HTTP/1.0 here");
        } else if (error == beast::http::error::body_limit) {
            refuse(413, "the body is too large");
        } else {
            refuse(400, "this is no HTTP request");
        }
        return 0;
    }
    if (used != length) {
        refuse(400, "this is no HTTP request");
        return 0;
    }
    state_ = message_->is_done() ? State::complete : State::body;
    return used;
}

std::size_t Http1Parser::feed_body(ByteView bytes) {
    std::size_t used = 0;
    while (used < bytes.size()) {
        // No more than a chunk's header or the trailer may have: Beast takes one of any length.
        auto const rest = bytes.subspan(used, std::min(bytes.size() - used, limits_.header_bytes));
        auto const may_be_empty = message_->chunked() && !message_->has_chunks;
        if (may_be_empty && rest.size() < kLastChunkBytes && rest.front() == '0') break;
        beast::error_code error;
        auto const taken =
            message_->put(boost::asio::const_buffer(rest.data(), rest.size()), error);
        used += taken;
        if (error && error != beast::http::error::need_more) {
            error == beast::http::error::body_limit
                ? refuse(413, "the body is too large")
                : refuse(400, "the body's chunks are malformed");
            break;
        }
        if (message_->is_done()) {
            state_ = State::complete;
            break;
        }
        if (taken == 0) {
            // A chunk's header or the trailer is incomplete.
            if (bytes.size() - used > limits_.header_bytes) {
                refuse(431, "a chunk's header or the trailer is too large");
            }
            break;
        }
    }
    return used;
}

bool Http1Parser::expects_continue() const {
    return state_ == State::body && message_->expects_continue && message_->request.body.empty();
}

bool Http1Parser::keep_alive() const {
    return message_->keep_alive();
}

bool Http1Parser::is_http_1_0() const {
    return message_->http_1_0;
}

Request Http1Parser::take() {
    auto request = std::move(message_->request);
    message_.reset();
    state_ = State::start;
    empty_lines_ = 0;
    return request;
}

}  // namespace directfanz::http
