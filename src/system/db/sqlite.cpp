#include "system/db/sqlite.hpp"

#include "system/db/check_value.hpp"
#include "system/db/statement_cache.hpp"

#include <cerrno>
#include <system_error>
#include <thread>

#include <fcntl.h>
#include <fmt/format.h>
#include <sqlite3.h>
#include <unistd.h>

namespace directfanz::db {
namespace {

/// SQLite's result codes in the categories and words of ours.
Error explain(int code, std::string_view detail, std::string const& file) {
    auto const error = [](ErrorKind kind, std::string message) {
        return Error{kind, "database", std::move(message)};
    };
    switch (code & 0xff) {
        case SQLITE_FULL:
            return error(ErrorKind::unavailable,
                         fmt::format("the disk that holds {} is full; free some space", file));
        case SQLITE_BUSY:
        case SQLITE_LOCKED:
            return error(
                ErrorKind::unavailable,
                fmt::format("{} is locked by another program; try again when it is done", file));
        case SQLITE_CORRUPT:
        case SQLITE_NOTADB:
            return error(ErrorKind::io,
                         fmt::format("{} is damaged or not a database ({}); restore it from a "
                                     "backup, or move it away to begin anew",
                                     file, detail));
        case SQLITE_CANTOPEN:
            return error(ErrorKind::io,
                         fmt::format("cannot open {}: look whether its folder exists and may be "
                                     "written by this user",
                                     file));
        case SQLITE_READONLY:
        case SQLITE_PERM:
            return error(ErrorKind::io, fmt::format("{} may not be written by this user", file));
        case SQLITE_IOERR:
            return error(ErrorKind::io,
                         fmt::format("the disk failed while using {}: {}", file, detail));
        case SQLITE_CONSTRAINT:
            return error(ErrorKind::conflict, std::string(detail));
        default:
            return error(ErrorKind::io, fmt::format("{}: {}", file, detail));
    }
}

/// Gives a handle of SQLite's back.
struct Close {
    void operator()(sqlite3* handle) const { sqlite3_close_v2(handle); }
    void operator()(sqlite3_stmt* statement) const { sqlite3_finalize(statement); }
};
using Handle = std::unique_ptr<sqlite3, Close>;
using Statement = std::unique_ptr<sqlite3_stmt, Close>;

/// A statement in use: it lets go of its locks and parameters at the end.
class Use {
  public:
    explicit Use(sqlite3_stmt* statement) : statement_(statement) {}
    Use(Use const&) = delete;
    Use& operator=(Use const&) = delete;
    ~Use() {
        sqlite3_reset(statement_);
        sqlite3_clear_bindings(statement_);
    }

    sqlite3_stmt* get() const { return statement_; }

  private:
    sqlite3_stmt* statement_;
};

Value column_of(sqlite3_stmt* statement, int column) {
    switch (sqlite3_column_type(statement, column)) {
        case SQLITE_NULL:
            return {};
        case SQLITE_INTEGER:
            return std::int64_t{sqlite3_column_int64(statement, column)};
        default: {
            auto const* const text =
                static_cast<char const*>(sqlite3_column_blob(statement, column));
            auto const size = sqlite3_column_bytes(statement, column);
            return text == nullptr ? std::string()
                                   : std::string(text, static_cast<std::size_t>(size));
        }
    }
}

class SqliteConnection final : public Connection {
  public:
    /// `handle` is what opening gave, and so are errors of opening told.
    SqliteConnection(std::string file, Handle handle)
        : file_(std::move(file)), handle_(std::move(handle)) {}

    Result<void> prepare(milliseconds busy_timeout) {
        sqlite3_busy_timeout(handle_.get(), static_cast<int>(busy_timeout.count()));
        auto pragmas = script("PRAGMA synchronous=NORMAL; PRAGMA foreign_keys=ON;");
        if (!pragmas) return pragmas;
        // SQLite does not always wait while several processes change the journal's mode at once:
        // that can only happen in the first instant of a new database.
        auto const deadline = steady_now() + busy_timeout;
        for (;;) {
            auto wal = script("PRAGMA journal_mode=WAL;");
            if (wal || wal.error().kind != ErrorKind::unavailable || steady_now() >= deadline) {
                return wal;
            }
            std::this_thread::sleep_for(milliseconds(5));
        }
    }

    Result<std::vector<Row>> query(std::string_view sql, Parameters parameters) override {
        std::vector<Row> rows;
        auto const done = run(sql, parameters, &rows);
        if (!done) return std::unexpected(done.error());
        return rows;
    }

    Result<std::int64_t> execute(std::string_view sql, Parameters parameters) override {
        auto const before = sqlite3_total_changes64(handle_.get());
        auto const done = run(sql, parameters, nullptr);
        if (!done) return std::unexpected(done.error());
        // What is neither INSERT, UPDATE nor DELETE leaves the last one's count as it was.
        if (sqlite3_total_changes64(handle_.get()) == before) return 0;
        return sqlite3_changes64(handle_.get());
    }

    Result<void> script(std::string_view sql) override {
        auto usable = expect_whole();
        if (!usable) return usable;
        return send(sql);
    }

    // IMMEDIATE: a deferred transaction that reads and then writes can fail at once, without
    // waiting, when another has written in between.
    Result<void> begin() override {
        auto begun = send("BEGIN IMMEDIATE;");
        failed_ = false;
        in_transaction_ = begun.has_value();
        return begun;
    }
    Result<void> begin_alone() override { return begin(); }
    Result<void> commit() override {
        auto usable = expect_whole();
        if (!usable) return usable;
        auto done = send("COMMIT;");
        if (done) in_transaction_ = false;
        return done;
    }
    // A statement that failed for a full disk has ended the transaction already; then this does
    // nothing.
    void rollback() noexcept override {
        sqlite3_exec(handle_.get(), "ROLLBACK;", nullptr, nullptr, nullptr);
        in_transaction_ = false;
        failed_ = false;
    }

  private:
    Result<void> send(std::string_view sql) {
        auto const code =
            sqlite3_exec(handle_.get(), std::string(sql).c_str(), nullptr, nullptr, nullptr);
        if (code == SQLITE_OK) return {};
        return failure(code);
    }

    /// SQLite would go on in a transaction of which a part is missing, PostgreSQL does not.
    Result<void> expect_whole() const {
        if (!failed_) return {};
        return fail(ErrorKind::unavailable, "database",
                    "the transaction had failed before this statement; try again");
    }

    std::unexpected<Error> failure(int code) {
        failed_ = in_transaction_;
        return std::unexpected(explain(code, sqlite3_errmsg(handle_.get()), file_));
    }

    Result<sqlite3_stmt*> prepared(std::string_view sql) {
        if (auto* const known = statements_.find(sql)) return known->get();
        sqlite3_stmt* made = nullptr;
        char const* rest = nullptr;
        auto const code =
            sqlite3_prepare_v3(handle_.get(), sql.data(), static_cast<int>(sql.size()),
                               SQLITE_PREPARE_PERSISTENT, &made, &rest);
        if (code != SQLITE_OK) return failure(code);
        Statement statement(made);
        auto const left = sql.substr(static_cast<std::size_t>(rest - sql.data()));
        if (left.find_first_not_of(" \n\t;") != left.npos) {
            // SQLite would do the first alone, without a word.
            return fail(ErrorKind::invalid, "database", "these are several statements, not one");
        }
        return statements_.keep(sql, std::move(statement)).get();
    }

    Result<void> bind(sqlite3_stmt* statement, Parameters parameters) {
        for (int i = 1; i <= sqlite3_bind_parameter_count(statement); ++i) {
            auto const* const name = sqlite3_bind_parameter_name(statement, i);
            auto const* const value = name == nullptr ? nullptr : parameters.find(name + 1);
            if (value == nullptr) return missing_parameter(name == nullptr ? "?" : name + 1);
            int code = SQLITE_OK;
            if (auto const* const number = std::get_if<std::int64_t>(value)) {
                code = sqlite3_bind_int64(statement, i, *number);
            } else if (auto const* const text = std::get_if<std::string>(value)) {
                if (auto storable = check_text(*text); !storable) return storable;
                // The caller's text outlives the statement's use.
                code = sqlite3_bind_text64(statement, i, text->data(), text->size(), SQLITE_STATIC,
                                           SQLITE_UTF8);
            }
            if (code != SQLITE_OK) return failure(code);
        }
        return {};
    }

    Result<void> run(std::string_view sql, Parameters parameters, std::vector<Row>* rows) {
        auto usable = expect_whole();
        if (!usable) return usable;
        auto const found = prepared(sql);
        if (!found) return std::unexpected(found.error());
        Use const use(*found);
        auto bound = bind(use.get(), parameters);
        if (!bound) return bound;
        for (;;) {
            auto const code = sqlite3_step(use.get());
            if (code == SQLITE_DONE) return {};
            if (code != SQLITE_ROW) return failure(code);
            if (rows == nullptr) continue;
            std::vector<Value> columns;
            auto const count = sqlite3_column_count(use.get());
            columns.reserve(static_cast<std::size_t>(count));
            for (int i = 0; i < count; ++i) columns.push_back(column_of(use.get(), i));
            rows->emplace_back(std::move(columns));
        }
    }

    std::string file_;
    Handle handle_;
    // After the handle: they go before it.
    StatementCache<Statement> statements_;
    bool in_transaction_ = false;
    /// In this transaction.
    bool failed_ = false;
};

/// Creates the file before SQLite does, for its permissions; SQLite gives its -wal and -shm the
/// same. Never opens a file that exists: closing it would drop the POSIX locks of this process's
/// other connections.
Result<void> create_private(std::string const& file) {
    auto const descriptor = ::open(file.c_str(), O_CREAT | O_EXCL | O_RDWR | O_CLOEXEC, 0600);
    if (descriptor >= 0) {
        ::close(descriptor);
    } else if (errno != EEXIST) {
        return fail(
            ErrorKind::io, "database",
            fmt::format("cannot create {}: {}", file, std::generic_category().message(errno)));
    }
    return {};
}

Result<std::unique_ptr<Connection>> connect(SqliteOptions const& options) {
    auto const file = options.file.string();
    sqlite3* opened = nullptr;
    // One thread at a time uses a connection.
    auto const code = sqlite3_open_v2(file.c_str(), &opened,
                                      SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, nullptr);
    Handle handle(opened);
    if (code != SQLITE_OK) {
        return std::unexpected(
            explain(code, opened == nullptr ? sqlite3_errstr(code) : sqlite3_errmsg(opened), file));
    }
    auto connection = std::make_unique<SqliteConnection>(file, std::move(handle));
    auto prepared = connection->prepare(options.busy_timeout);
    if (!prepared) return std::unexpected(std::move(prepared.error()));
    return connection;
}

}  // namespace

Result<std::unique_ptr<Database>> open_sqlite(SqliteOptions options) {
    auto const file = options.file.string();
    auto created = create_private(file);
    if (!created) return std::unexpected(std::move(created.error()));
    auto const max_connections = options.max_connections;
    auto database = std::make_unique<Database>(
        [options = std::move(options)] { return connect(options); }, max_connections);
    auto first = database->acquire();
    if (!first) return std::unexpected(std::move(first.error()));
    return database;
}

}  // namespace directfanz::db
