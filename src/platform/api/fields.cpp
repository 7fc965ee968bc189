#include "platform/api/fields.hpp"

#include <algorithm>

namespace directfanz::api {

Spot Spot::inside(std::string_view name) const {
    Spot inner{.errors = errors, .pointer = pointer};
    inner.pointer += '/';
    for (auto const c : name) {
        // RFC 6901, 3.
        if (c == '~') {
            inner.pointer += "~0";
        } else if (c == '/') {
            inner.pointer += "~1";
        } else {
            inner.pointer += c;
        }
    }
    return inner;
}

Fields::Fields(Json const& object, Spot spot)
    : members_(object.as<Json::Object>()), spot_(std::move(spot)) {
    if (members_ != nullptr) {
        read_.resize(members_->size());
    } else {
        spot_.tell(Code::type, "This has to be an object.");
    }
}

Json const* Fields::find(std::string_view name) {
    if (members_ == nullptr) return nullptr;
    auto const found = std::ranges::find(*members_, name, &Json::Member::name);
    if (found == members_->end()) return nullptr;
    read_[static_cast<std::size_t>(found - members_->begin())] = true;
    return &found->value;
}

bool Fields::has(std::string_view name) const {
    return members_ != nullptr &&
           std::ranges::find(*members_, name, &Json::Member::name) != members_->end();
}

void Fields::tell_required(std::string_view name) {
    // What is no object has been told once, and lacks everything.
    if (members_ != nullptr) tell(name, Code::required, "This is needed.");
}

void Fields::tell(std::string_view name, Code code, std::string message,
                  std::optional<std::int64_t> limit) {
    spot_.inside(name).tell(code, std::move(message), limit);
}

void Fields::at_least_one() {
    if (members_ != nullptr && members_->empty()) {
        spot_.tell(Code::required, "Name at least one field to change.");
    }
}

void Fields::end() {
    for (std::size_t i = 0; i < read_.size(); ++i) {
        if (read_[i]) continue;
        tell((*members_)[i].name, Code::unknown, "There is no such field.");
    }
}

}  // namespace directfanz::api
