#include "system/db/sqlite.hpp"

#include <cerrno>
#include <deque>
#include <system_error>
#include <thread>

#include <fcntl.h>
#include <fmt/format.h>
#include <soci/soci.h>
#include <soci/sqlite3/soci-sqlite3.h>
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

Value column_value(soci::row const& row, std::size_t column) {
    if (row.get_indicator(column) == soci::i_null) return {};
    switch (row.get_properties(column).get_data_type()) {
        case soci::dt_integer:
            return std::int64_t{row.get<int>(column)};
        case soci::dt_long_long:
            return std::int64_t{row.get<long long>(column)};
        default:
            return row.get<std::string>(column);
    }
}

class SqliteConnection final : public Connection {
  public:
    explicit SqliteConnection(std::string file)
        : file_(std::move(file)),
          session_(soci::sqlite3, fmt::format("dbname=\"{}\"", file_)),
          handle_(static_cast<soci::sqlite3_session_backend*>(session_.get_backend())->conn_) {}

    Result<void> prepare(milliseconds busy_timeout) {
        sqlite_api::sqlite3_busy_timeout(handle_, static_cast<int>(busy_timeout.count()));
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
        try {
            Bound bound(parameters);
            soci::rowset<soci::row> const answer = bound.statement(session_, sql);
            std::vector<Row> rows;
            for (auto const& row : answer) {
                std::vector<Value> columns;
                for (std::size_t i = 0; i < row.size(); ++i)
                    columns.push_back(column_value(row, i));
                rows.emplace_back(std::move(columns));
            }
            return rows;
        } catch (soci::soci_error const& e) {
            return std::unexpected(explain(e));
        }
    }

    Result<std::int64_t> execute(std::string_view sql, Parameters parameters) override {
        try {
            Bound bound(parameters);
            soci::statement statement = bound.statement(session_, sql);
            statement.execute(true);
            return statement.get_affected_rows();
        } catch (soci::soci_error const& e) {
            return std::unexpected(explain(e));
        }
    }

    Result<void> script(std::string_view sql) override {
        auto const code =
            sqlite_api::sqlite3_exec(handle_, std::string(sql).c_str(), nullptr, nullptr, nullptr);
        if (code == SQLITE_OK) return {};
        return std::unexpected(db::explain(code, sqlite_api::sqlite3_errmsg(handle_), file_));
    }

    // IMMEDIATE: a deferred transaction that reads and then writes can fail at once, without
    // waiting, when another has written in between.
    Result<void> begin() override { return script("BEGIN IMMEDIATE;"); }
    Result<void> commit() override { return script("COMMIT;"); }
    // A statement that failed for a full disk has ended the transaction already; then this does
    // nothing.
    void rollback() noexcept override {
        sqlite_api::sqlite3_exec(handle_, "ROLLBACK;", nullptr, nullptr, nullptr);
    }

  private:
    /// SOCI keeps references to what a statement uses: this owns it.
    class Bound {
      public:
        explicit Bound(Parameters parameters) {
            for (auto const& [name, value] : parameters) {
                auto& use = uses_.emplace_back(Use{.name = std::string(name)});
                use.is_number = std::holds_alternative<std::int64_t>(value);
                if (use.is_number) {
                    use.number = std::get<std::int64_t>(value);
                } else {
                    use.text = std::get<std::string>(value);
                }
            }
        }

        soci::details::prepare_temp_type statement(soci::session& session, std::string_view sql) {
            auto prepared = session.prepare << sql;
            for (auto& use : uses_) {
                if (use.is_number) {
                    prepared.operator,(soci::use(use.number, use.name));
                } else {
                    prepared.operator,(soci::use(use.text, use.name));
                }
            }
            return prepared;
        }

      private:
        struct Use {
            std::string name;
            bool is_number = false;
            long long number = 0;
            std::string text;
        };
        // A deque's elements stay where they are.
        std::deque<Use> uses_;
    };

    Error explain(soci::soci_error const& e) const {
        auto const* const sqlite = dynamic_cast<soci::sqlite3_soci_error const*>(&e);
        auto const code = sqlite != nullptr ? sqlite->result() : SQLITE_ERROR;
        return db::explain(code, e.get_error_message(), file_);
    }

    std::string file_;
    soci::session session_;
    sqlite_api::sqlite3* handle_;
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
    try {
        auto connection = std::make_unique<SqliteConnection>(file);
        auto prepared = connection->prepare(options.busy_timeout);
        if (!prepared) return std::unexpected(std::move(prepared.error()));
        return connection;
    } catch (soci::sqlite3_soci_error const& e) {
        return std::unexpected(explain(e.result(), e.get_error_message(), file));
    } catch (soci::soci_error const& e) {
        // SOCI throws its general error when the file cannot be opened.
        return std::unexpected(explain(SQLITE_CANTOPEN, e.get_error_message(), file));
    }
}

}  // namespace

Result<std::unique_ptr<Database>> open_sqlite(SqliteOptions options) {
    auto const file = options.file.string();
    if (file.find('"') != std::string::npos) {
        // SOCI's connection string has no way to write it.
        return fail(ErrorKind::invalid, "database",
                    fmt::format("the path {} holds a quotation mark; choose another folder", file));
    }
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
