#include "system/db/connection.hpp"

#include <charconv>

namespace directfanz::db {

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

Result<Transaction> Transaction::begin(Connection& connection) {
    auto begun = connection.begin();
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
