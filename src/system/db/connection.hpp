#pragma once

#include "base/result.hpp"

#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace directfanz::db {

/// What a column holds. Times are milliseconds since 1970 UTC in BIGINT.
using Value = std::variant<std::monostate, std::int64_t, std::string>;

/// The value of `:name` in a statement.
struct Parameter {
    std::string_view name;
    Value value;

    Parameter(std::string_view parameter_name, std::int64_t number)
        : name(parameter_name), value(number) {}
    Parameter(std::string_view parameter_name, std::string_view text)
        : name(parameter_name), value(std::string(text)) {}
};

using Parameters = std::initializer_list<Parameter>;

/// One row of an answer, its columns in the order of the SELECT.
class Row {
  public:
    explicit Row(std::vector<Value> columns) : columns_(std::move(columns)) {}

    std::size_t size() const { return columns_.size(); }
    bool is_null(std::size_t column) const {
        return std::holds_alternative<std::monostate>(columns_[column]);
    }
    /// Zero if the column is null. Computed columns may arrive as text, so that is read too.
    std::int64_t integer(std::size_t column) const;
    /// Empty if the column is null.
    std::string text(std::size_t column) const;

  private:
    std::vector<Value> columns_;
};

/// One session with the database, used by one thread at a time. Every call may block.
///
/// Statements are written so that SQLite and PostgreSQL both take them, with `:name` parameters.
/// Errors: conflict (a constraint), unavailable (locked too long, disk full), io and invalid for
/// the rest; their messages tell an operator what to do.
class Connection {
  public:
    virtual ~Connection() = default;

    virtual Result<std::vector<Row>> query(std::string_view sql, Parameters parameters = {}) = 0;

    /// The number of rows that the statement changed.
    virtual Result<std::int64_t> execute(std::string_view sql, Parameters parameters = {}) = 0;

    /// Several statements, separated by semicolons, without parameters: a migration.
    virtual Result<void> script(std::string_view sql) = 0;

    /// Begins a transaction that will write, and so waits for its turn here and not in the middle.
    /// Use Transaction.
    virtual Result<void> begin() = 0;
    virtual Result<void> commit() = 0;
    virtual void rollback() noexcept = 0;
};

/// A transaction that is rolled back unless commit() succeeded.
class Transaction {
  public:
    static Result<Transaction> begin(Connection& connection);

    Transaction(Transaction&& other) noexcept
        : connection_(std::exchange(other.connection_, nullptr)) {}
    Transaction& operator=(Transaction&&) = delete;
    ~Transaction();

    Result<void> commit();

  private:
    explicit Transaction(Connection& connection) : connection_(&connection) {}

    Connection* connection_;
};

}  // namespace directfanz::db
