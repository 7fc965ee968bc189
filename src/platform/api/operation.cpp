#include "platform/api/operation.hpp"

#include <algorithm>

namespace directfanz::api {
namespace {

using http::Method;

constexpr Operation kOperations[] = {
#include "platform/api/operations.inc"
};

}  // namespace

std::span<Operation const> operations() {
    return kOperations;
}

Operation const* find_operation(std::string_view id) {
    auto const* const found = std::ranges::find(kOperations, id, &Operation::id);
    return found == std::end(kOperations) ? nullptr : found;
}

}  // namespace directfanz::api
