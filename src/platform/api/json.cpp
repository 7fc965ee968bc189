#include "platform/api/json.hpp"

#include <algorithm>
#include <cmath>
#include <optional>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace directfanz::api {
namespace {

constexpr std::string_view kWhere = "body";
/// Beyond it not every whole number is a double (RFC 8259, 6).
constexpr std::int64_t kMaxInteger = std::int64_t{1} << 53;

/// Builds a Json as nlohmann reads, and stops it at a limit.
class Builder {
  public:
    std::optional<Error> error;
    Json root;

    bool null() { return put(Json{}); }
    bool boolean(bool value) { return put(Json{value}); }
    bool number_integer(std::int64_t value) {
        if (value < -kMaxInteger || value > kMaxInteger) {
            return put(Json{static_cast<double>(value)});
        }
        return put(Json{value});
    }
    bool number_unsigned(std::uint64_t value) {
        if (value > static_cast<std::uint64_t>(kMaxInteger)) {
            return put(Json{static_cast<double>(value)});
        }
        return put(Json{static_cast<std::int64_t>(value)});
    }
    bool number_float(double value, std::string const& /*text*/) {
        if (std::abs(value) <= static_cast<double>(kMaxInteger) && std::trunc(value) == value) {
            return put(Json{static_cast<std::int64_t>(value)});
        }
        return put(Json{value});
    }
    bool string(std::string& value) { return put(Json{std::move(value)}); }
    bool binary(nlohmann::json::binary_t& /*value*/) { return false; }

    bool start_object(std::size_t /*size*/) { return open(Json{Json::Object{}}); }
    bool start_array(std::size_t /*size*/) { return open(Json{Json::Array{}}); }
    bool end_object() { return close(); }
    bool end_array() { return close(); }

    bool key(std::string& name) {
        auto& object = std::get<Json::Object>(open_.back()->value);
        if (object.size() == kMaxJsonMembers) {
            return stop(
                ErrorKind::too_large,
                fmt::format("An object of the body has more than {} members.", kMaxJsonMembers));
        }
        if (std::ranges::find(object, name, &Json::Member::name) != object.end()) {
            return stop(ErrorKind::invalid, "An object of the body has two members of one name.");
        }
        object.push_back({.name = std::move(name), .value = {}});
        return true;
    }

    bool parse_error(std::size_t position, std::string const& /*token*/,
                     nlohmann::json::exception const& /*failure*/) {
        return stop(ErrorKind::invalid,
                    fmt::format("The body is no JSON: look at byte {}.", position));
    }

  private:
    bool stop(ErrorKind kind, std::string message) {
        if (!error) error = Error{kind, std::string(kWhere), std::move(message)};
        return false;
    }

    /// Where the next value goes; null if there is no room.
    Json* place() {
        if (++values_ > kMaxJsonValues) {
            stop(ErrorKind::too_large,
                 fmt::format("The body has more than {} values.", kMaxJsonValues));
            return nullptr;
        }
        if (open_.empty()) return &root;
        if (auto* const array = std::get_if<Json::Array>(&open_.back()->value)) {
            return &array->emplace_back();
        }
        return &std::get<Json::Object>(open_.back()->value).back().value;
    }

    bool put(Json value) {
        auto* const where = place();
        if (where == nullptr) return false;
        *where = std::move(value);
        return true;
    }

    bool open(Json value) {
        if (open_.size() == kMaxJsonDepth) {
            return stop(ErrorKind::too_large,
                        fmt::format("The body is nested deeper than {}.", kMaxJsonDepth));
        }
        auto* const where = place();
        if (where == nullptr) return false;
        *where = std::move(value);
        // It stays where it is: what holds it grows again only after it is closed.
        open_.push_back(where);
        return true;
    }

    bool close() {
        open_.pop_back();
        return true;
    }

    std::vector<Json*> open_;
    std::size_t values_ = 0;
};

}  // namespace

bool Json::operator==(Json const& other) const {
    return value == other.value;
}

Result<Json> parse_json(std::string_view text) {
    if (text.size() > kMaxJsonBytes) {
        return fail(ErrorKind::too_large, kWhere,
                    fmt::format("The body is longer than {} bytes.", kMaxJsonBytes));
    }
    Builder builder;
    auto const whole = nlohmann::json::sax_parse(text, &builder);
    if (builder.error) return std::unexpected(std::move(*builder.error));
    if (!whole) return fail(ErrorKind::invalid, kWhere, "The body is no JSON.");
    return std::move(builder.root);
}

}  // namespace directfanz::api
