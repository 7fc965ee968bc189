#pragma once

#include "base/result.hpp"

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace directfanz::db {

/// What a column holds. Times are milliseconds since 1970 UTC in BIGINT.
using Value = std::variant<std::monostate, std::int64_t, std::string>;

/// The value of `:name` in a statement.
///
/// A null whose type its place does not tell needs CAST(:name AS TEXT) there for PostgreSQL.
struct Parameter {
    std::string_view name;
    Value value;

    template <std::integral T>
    Parameter(std::string_view parameter_name, T number)
        : name(parameter_name), value(static_cast<std::int64_t>(number)) {}
    template <std::convertible_to<std::string_view> T>
    Parameter(std::string_view parameter_name, T const& text)
        : name(parameter_name), value(std::string(std::string_view(text))) {}
    Parameter(std::string_view parameter_name, Value any)
        : name(parameter_name), value(std::move(any)) {}
    /// Null if there is none.
    template <typename T>
    Parameter(std::string_view parameter_name, std::optional<T> const& maybe)
        : Parameter(maybe ? Parameter(parameter_name, *maybe)
                          : Parameter(parameter_name, std::nullopt)) {}
    Parameter(std::string_view parameter_name, std::nullopt_t) : name(parameter_name) {}
};

/// A view of what a call is given: `{{"id", id}, {"title", title}}`, or a vector made at run time.
class Parameters {
  public:
    Parameters() = default;
    // A call's braces live as long as the call.
    Parameters(std::initializer_list<Parameter> list) : all_(list.begin(), list.size()) {}
    Parameters(std::span<Parameter const> list) : all_(list) {}
    Parameters(std::vector<Parameter> const& list) : all_(list) {}

    auto begin() const { return all_.begin(); }
    auto end() const { return all_.end(); }
    std::size_t size() const { return all_.size(); }
    /// Null if there is none of this name.
    Value const* find(std::string_view name) const;

  private:
    std::span<Parameter const> all_;
};

/// One row of an answer, its columns in the order of the SELECT.
class Row {
  public:
    explicit Row(std::vector<Value> columns) : columns_(std::move(columns)) {}

    std::size_t size() const { return columns_.size(); }
    bool is_null(std::size_t column) const {
        return std::holds_alternative<std::monostate>(columns_[column]);
    }
    /// Zero if the column is null. What SUM() and the like make may arrive as text, so that is read
    /// too; PostgreSQL's truth values are 1 and 0.
    std::int64_t integer(std::size_t column) const;
    /// Empty if the column is null.
    std::string text(std::size_t column) const;
    /// Nothing if the column is null.
    std::optional<std::int64_t> maybe_integer(std::size_t column) const;
    std::optional<std::string> maybe_text(std::size_t column) const;

  private:
    std::vector<Value> columns_;
};

/// One session with the database, used by one thread at a time. Every call may block.
///
/// Statements are written so that SQLite and PostgreSQL both take them, with `:name` parameters.
/// They are prepared once a connection: keep their texts few, and never put values into them.
/// Errors: conflict (a constraint), unavailable (locked too long, disk full, server away), timeout
/// (the statement took too long), denied (rights), invalid (a text that no database holds) and io
/// for the rest; their messages tell an operator what to do, and hold no values.
///
/// A statement by itself is atomic, and an UPDATE's WHERE holds for what it changes. What reads and
/// then writes, or keeps a rule over several rows, needs a transaction: see transact(). After an
/// error a transaction can only be rolled back.
class Connection {
  public:
    virtual ~Connection() = default;

    virtual Result<std::vector<Row>> query(std::string_view sql, Parameters parameters = {}) = 0;

    /// The number of rows that the statement changed.
    virtual Result<std::int64_t> execute(std::string_view sql, Parameters parameters = {}) = 0;

    /// Several statements, separated by semicolons, without parameters: a migration.
    virtual Result<void> script(std::string_view sql) = 0;

    /// Begins a transaction that will write. It sees the database as if no other transaction ran
    /// beside it: SQLite lets it wait here for its turn (BEGIN IMMEDIATE), PostgreSQL lets it run
    /// and fails one of two that are in each other's way (SERIALIZABLE); collided() tells that.
    /// Use transact() or Transaction.
    virtual Result<void> begin() = 0;
    /// Begins a transaction that waits for all others that began so, in any process, and whose
    /// statements may take as long as they need: a migration.
    virtual Result<void> begin_alone() = 0;
    virtual Result<void> commit() = 0;
    virtual void rollback() noexcept = 0;

    /// The last call failed only because another transaction was in the way: all of this one may
    /// succeed when it is tried again.
    virtual bool collided() const { return false; }
    /// Whether it can be used again; a server that was restarted has forgotten its connections.
    virtual bool is_alive() { return true; }
};

/// A transaction that is rolled back unless commit() succeeded.
class Transaction {
  public:
    static Result<Transaction> begin(Connection& connection);
    /// As Connection::begin_alone().
    static Result<Transaction> begin_alone(Connection& connection);

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
