#include "system/db/connection.hpp"

#include <algorithm>
#include <charconv>

namespace directfanz::db {

Value const* Parameters::find(std::string_view name) const {
    auto const found = std::ranges::find(all_, name, &Parameter::name);
    return found == all_.end() ? nullptr : &found->value;
}

std::int64_t Row::integer(std::size_t column) const {
    auto const& value = columns_[column];
    if (auto const* number = std::get_if<std::int64_t>(&value)) return *number;
    std::int64_t number = 0;
    if (auto const* text = std::get_if<std::string>(&value)) {
        std::from_chars(text->data(), text->data() + text->size(), number);
    }
    return number;
}

std::string Row::text(std::size_t column) const {
    auto const& value = columns_[column];
    if (auto const* text = std::get_if<std::string>(&value)) return *text;
    if (auto const* number = std::get_if<std::int64_t>(&value)) return std::to_string(*number);
    return {};
}

std::optional<std::int64_t> Row::maybe_integer(std::size_t column) const {
    if (is_null(column)) return std::nullopt;
    return integer(column);
}

std::optional<std::string> Row::maybe_text(std::size_t column) const {
    if (is_null(column)) return std::nullopt;
    return text(column);
}

Result<Transaction> Transaction::begin(Connection& connection) {
    auto begun = connection.begin();
    if (!begun) return std::unexpected(std::move(begun.error()));
    return Transaction(connection);
}

Result<Transaction> Transaction::begin_alone(Connection& connection) {
    auto begun = connection.begin_alone();
    if (!begun) return std::unexpected(std::move(begun.error()));
    return Transaction(connection);
}

Transaction::~Transaction() {
    if (connection_ != nullptr) connection_->rollback();
}

Result<void> Transaction::commit() {
    auto committed = connection_->commit();
    // A commit that failed (disk full) leaves the transaction open: the destructor ends it.
    if (committed) connection_ = nullptr;
    return committed;
}

}  // namespace directfanz::db
