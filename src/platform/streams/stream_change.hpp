#pragma once

#include "platform/api/body.hpp"
#include "platform/streams/category_store.hpp"
#include "platform/streams/stream.hpp"

#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace directfanz::streams {

/// What somebody wants a stream's settings to be: the members that were sent, and no others.
struct StreamChange {
    /// Each sets one.
    std::vector<std::function<void(StreamSettings&)>> setters;
    /// Still to be hashed.
    std::optional<std::string> password;

    void apply(StreamSettings& settings) const {
        for (auto const& set : setters) set(settings);
    }
};

/// What a stream may be, where it is not in the contract.
struct StreamRules {
    std::vector<Category> const& categories;
    /// There is a country database.
    bool countries = false;
};

/// Reads the schema StreamFields; what is wrong is told to `fields`. `title_required` for a new
/// stream.
StreamChange read_stream_change(api::Fields& fields, StreamRules const& rules, bool title_required);

/// What is wrong with settings as a whole.
std::optional<api::FieldError> check_settings(StreamSettings const& settings);

}  // namespace directfanz::streams
