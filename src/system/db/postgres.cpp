#include "system/db/postgres.hpp"

#include "system/db/check_value.hpp"
#include "system/db/numbered_sql.hpp"
#include "system/db/postgres_errors.hpp"
#include "system/db/postgres_url.hpp"
#include "system/db/statement_cache.hpp"

#include <array>
#include <cerrno>
#include <charconv>
#include <optional>

#include <fmt/format.h>
#include <libpq-fe.h>
#include <poll.h>

namespace directfanz::db {
namespace {

/// Oids of pg_type.
constexpr Oid kUnknown = 0;
constexpr Oid kBool = 16;
constexpr Oid kInt8 = 20;
constexpr Oid kInt2 = 21;
constexpr Oid kInt4 = 23;
constexpr Oid kText = 25;

constexpr int kLeastVersion = 15'00'00;
/// A server that should have ended a statement has so long to say so.
constexpr milliseconds kAnswerTime{5'000};
/// What is left in the middle of a transaction lets go of its locks after so long.
constexpr milliseconds kIdleInTransaction{60'000};
/// The lock of begin_alone(): any number, as long as it stays the same.
constexpr std::string_view kAloneLock = "7238561403";

struct Close {
    void operator()(PGconn* connection) const { PQfinish(connection); }
    void operator()(PGresult* result) const { PQclear(result); }
};
using Handle = std::unique_ptr<PGconn, Close>;
using Answer = std::unique_ptr<PGresult, Close>;

/// One line of what libpq says in several.
std::string in_one_line(std::string_view text) {
    std::string line;
    for (auto const c : text) {
        if (c != '\n') {
            line += c;
        } else if (!line.empty() && line.back() != ' ') {
            line += ' ';
        }
    }
    while (!line.empty() && line.back() == ' ') line.pop_back();
    return line;
}

std::string_view field_of(PGresult const* result, int field) {
    auto const* const text = PQresultErrorField(result, field);
    return text == nullptr ? std::string_view() : std::string_view(text);
}

bool has_failed(PGresult const* result) {
    auto const status = PQresultStatus(result);
    return status != PGRES_TUPLES_OK && status != PGRES_COMMAND_OK && status != PGRES_EMPTY_QUERY;
}

Value column_of(PGresult const* result, int row, int column) {
    if (PQgetisnull(result, row, column) != 0) return {};
    std::string_view const text(PQgetvalue(result, row, column),
                                static_cast<std::size_t>(PQgetlength(result, row, column)));
    switch (PQftype(result, column)) {
        case kBool:
            return std::int64_t{text == "t"};
        case kInt2:
        case kInt4:
        case kInt8: {
            std::int64_t number = 0;
            std::from_chars(text.data(), text.data() + text.size(), number);
            return number;
        }
        default:
            return std::string(text);
    }
}

/// What PQsendQueryPrepared takes; `:name` values in their order.
struct Bound {
    std::vector<std::string> numbers;
    std::vector<char const*> texts;
    std::vector<Oid> types;
};

Result<Bound> bind(std::vector<std::string> const& names, Parameters parameters) {
    Bound bound;
    bound.numbers.reserve(names.size());
    for (auto const& name : names) {
        auto const* const value = parameters.find(name);
        if (value == nullptr) return missing_parameter(name);
        if (auto const* const number = std::get_if<std::int64_t>(value)) {
            bound.texts.push_back(bound.numbers.emplace_back(std::to_string(*number)).c_str());
            bound.types.push_back(kInt8);
        } else if (auto const* const text = std::get_if<std::string>(value)) {
            auto const storable = check_text(*text);
            if (!storable) return std::unexpected(storable.error());
            bound.texts.push_back(text->c_str());
            bound.types.push_back(kText);
        } else {
            bound.texts.push_back(nullptr);
            bound.types.push_back(kUnknown);
        }
    }
    return bound;
}

class PostgresConnection final : public Connection {
  public:
    PostgresConnection(Handle handle, milliseconds statement_timeout)
        : handle_(std::move(handle)),
          server_(fmt::format("PostgreSQL at {}:{}", PQhost(handle_.get()), PQport(handle_.get()))),
          statement_timeout_(statement_timeout) {
        PQsetnonblocking(handle_.get(), 1);
    }

    Result<void> prepare() {
        if (PQserverVersion(handle_.get()) < kLeastVersion) {
            return fail(ErrorKind::unsupported, "database",
                        fmt::format("{} has version {}; 15 is the oldest that works", server_,
                                    PQserverVersion(handle_.get()) / 1'00'00));
        }
        auto const* const encoding = PQparameterStatus(handle_.get(), "server_encoding");
        if (encoding == nullptr || std::string_view(encoding) != "UTF8") {
            return fail(ErrorKind::unsupported, "database",
                        fmt::format("the database {} of {} is not in UTF-8; make another with "
                                    "createdb --encoding=UTF8 --template=template0",
                                    PQdb(handle_.get()), server_));
        }
        return script(
            fmt::format("SET statement_timeout = {}; SET idle_in_transaction_session_timeout = {};",
                        statement_timeout_.count(), kIdleInTransaction.count()));
    }

    Result<std::vector<Row>> query(std::string_view sql, Parameters parameters) override {
        auto const answer = run(sql, parameters);
        if (!answer) return std::unexpected(answer.error());
        std::vector<Row> rows;
        auto const columns = PQnfields(answer->get());
        rows.reserve(static_cast<std::size_t>(PQntuples(answer->get())));
        for (int row = 0; row < PQntuples(answer->get()); ++row) {
            std::vector<Value> values;
            values.reserve(static_cast<std::size_t>(columns));
            for (int column = 0; column < columns; ++column) {
                values.push_back(column_of(answer->get(), row, column));
            }
            rows.emplace_back(std::move(values));
        }
        return rows;
    }

    Result<std::int64_t> execute(std::string_view sql, Parameters parameters) override {
        auto const answer = run(sql, parameters);
        if (!answer) return std::unexpected(answer.error());
        std::string_view const changed(PQcmdTuples(answer->get()));
        std::int64_t count = 0;
        std::from_chars(changed.data(), changed.data() + changed.size(), count);
        return count;
    }

    Result<void> script(std::string_view sql) override {
        forget_collision();
        auto const answer =
            ask([&] { return PQsendQuery(handle_.get(), std::string(sql).c_str()); });
        if (!answer) return std::unexpected(answer.error());
        return {};
    }

    Result<void> begin() override { return script("BEGIN ISOLATION LEVEL SERIALIZABLE"); }

    // READ COMMITTED: what is read after the wait is what others have left.
    Result<void> begin_alone() override {
        no_limit_ = true;
        auto begun = script(
            fmt::format("BEGIN ISOLATION LEVEL READ COMMITTED; SET LOCAL statement_timeout = 0; "
                        "SELECT pg_advisory_xact_lock({})",
                        kAloneLock));
        if (!begun) rollback();
        return begun;
    }

    Result<void> commit() override {
        auto const answer = ask([&] { return PQsendQuery(handle_.get(), "COMMIT"); });
        no_limit_ = false;
        if (!answer) return std::unexpected(answer.error());
        // After a statement that failed, COMMIT rolls back, and that is no error to the server.
        if (std::string_view(PQcmdStatus(answer->get())) != "COMMIT") {
            return std::unexpected(explain_sqlstate("25P02", "", server_));
        }
        return {};
    }

    void rollback() noexcept override {
        no_limit_ = false;
        if (lost_ || PQtransactionStatus(handle_.get()) == PQTRANS_IDLE) return;
        auto const collided = collided_;
        try {
            // A failure breaks the connection: then the server rolls back by itself.
            auto const answer = ask([&] { return PQsendQuery(handle_.get(), "ROLLBACK"); });
            if (!answer) lost_ = true;
        } catch (std::exception const&) {
            lost_ = true;
        }
        collided_ = collided;
    }

    bool collided() const override { return collided_; }

    bool is_alive() override {
        // Nothing comes to a connection without a question but the server's goodbye, and notices.
        for (int looks = 0; looks < 4 && !lost_; ++looks) {
            pollfd socket{.fd = PQsocket(handle_.get()), .events = POLLIN, .revents = 0};
            if (::poll(&socket, 1, 0) <= 0) break;
            if (PQconsumeInput(handle_.get()) == 0) lost_ = true;
        }
        return !lost_ && PQstatus(handle_.get()) == CONNECTION_OK &&
               PQtransactionStatus(handle_.get()) == PQTRANS_IDLE;
    }

  private:
    struct Prepared {
        std::string name;
        std::vector<std::string> names;
    };

    Result<Answer> run(std::string_view sql, Parameters parameters) {
        forget_collision();
        auto answer = run_once(sql, parameters);
        if (!answer && must_prepare_again_ && PQtransactionStatus(handle_.get()) == PQTRANS_IDLE) {
            auto const forgotten = forget_statements();
            if (!forgotten) return std::unexpected(forgotten.error());
            answer = run_once(sql, parameters);
        }
        return answer;
    }

    Result<Answer> run_once(std::string_view sql, Parameters parameters) {
        // The types of parameters are a part of what is prepared.
        std::string text;
        text.reserve(sql.size() + parameters.size() + 1);
        for (auto const& parameter : parameters) {
            text += static_cast<char>('0' + parameter.value.index());
        }
        text += ' ';
        text += sql;
        auto const* prepared = statements_.find(text);
        std::optional<NumberedSql> numbered;
        if (prepared == nullptr) {
            auto made = to_numbered(sql);
            if (!made) return std::unexpected(std::move(made.error()));
            numbered = std::move(*made);
        }
        auto const bound = bind(numbered ? numbered->names : prepared->names, parameters);
        if (!bound) return std::unexpected(bound.error());
        auto const count = static_cast<int>(bound->texts.size());
        if (numbered) {
            if (statements_.size() >= statements_.kMostStatements) {
                auto const forgotten = forget_statements();
                if (!forgotten) return std::unexpected(forgotten.error());
            }
            auto name = fmt::format("s{}", ++last_name_);
            auto const made = ask([&] {
                return PQsendPrepare(handle_.get(), name.c_str(), numbered->text.c_str(), count,
                                     bound->types.data());
            });
            if (!made) return std::unexpected(made.error());
            prepared = &statements_.keep(
                text, {.name = std::move(name), .names = std::move(numbered->names)});
        }
        return ask([&] {
            return PQsendQueryPrepared(handle_.get(), prepared->name.c_str(), count,
                                       bound->texts.data(), nullptr, nullptr, 0);
        });
    }

    Result<void> forget_statements() {
        statements_.clear();
        auto const answer = ask([&] { return PQsendQuery(handle_.get(), "DEALLOCATE ALL"); });
        if (!answer) return std::unexpected(answer.error());
        return {};
    }

    /// Sends, waits, and returns the last of the answers, or the first that is an error.
    template <typename Send>
    Result<Answer> ask(Send send) {
        if (lost_) return loss("it was lost before");
        must_prepare_again_ = false;
        if (send() == 0) return loss(PQerrorMessage(handle_.get()));
        std::optional<SteadyTime> deadline;
        if (!no_limit_) deadline = steady_now() + statement_timeout_ + kAnswerTime;
        Answer last;
        for (;;) {
            auto ready = wait(deadline);
            if (!ready) return std::unexpected(std::move(ready.error()));
            Answer answer(PQgetResult(handle_.get()));
            if (!answer) break;
            auto const status = PQresultStatus(answer.get());
            if (status == PGRES_COPY_IN || status == PGRES_COPY_OUT || status == PGRES_COPY_BOTH) {
                return loss("COPY cannot be used here");
            }
            if (!last || !has_failed(last.get())) last = std::move(answer);
        }
        if (!last) return loss(PQerrorMessage(handle_.get()));
        if (has_failed(last.get())) return failure(last.get());
        return last;
    }

    /// Until the next answer can be had without waiting.
    Result<void> wait(std::optional<SteadyTime> deadline) {
        for (;;) {
            auto const unsent = PQflush(handle_.get());
            if (unsent < 0) return loss(PQerrorMessage(handle_.get()));
            if (unsent == 0 && PQisBusy(handle_.get()) == 0) return {};
            auto left = milliseconds(-1);
            if (deadline) {
                left = std::chrono::ceil<milliseconds>(*deadline - steady_now());
                if (left <= milliseconds(0)) return loss("it does not answer");
            }
            pollfd socket{.fd = PQsocket(handle_.get()),
                          .events = static_cast<short>(unsent != 0 ? POLLIN | POLLOUT : POLLIN),
                          .revents = 0};
            auto const ready = ::poll(&socket, 1, static_cast<int>(left.count()));
            if (ready < 0 && errno != EINTR) return loss("it cannot be waited for");
            if (ready > 0 && (socket.revents & ~POLLOUT) != 0 &&
                PQconsumeInput(handle_.get()) == 0) {
                return loss(PQerrorMessage(handle_.get()));
            }
        }
    }

    std::unexpected<Error> failure(PGresult const* result) {
        auto const state = field_of(result, PG_DIAG_SQLSTATE);
        if (PQstatus(handle_.get()) != CONNECTION_OK) lost_ = true;
        if (state.empty()) return loss(PQresultErrorMessage(result));
        if (is_collision(state)) collided_ = true;
        // A server that went on without its sessions, or a table that has other columns now.
        must_prepare_again_ = state == "26000" || state == "0A000";
        return std::unexpected(
            explain_sqlstate(state, field_of(result, PG_DIAG_MESSAGE_PRIMARY), server_));
    }

    std::unexpected<Error> loss(std::string_view why) {
        lost_ = true;
        return std::unexpected(explain_sqlstate("08", in_one_line(why), server_));
    }

    /// In a transaction it is kept until its end.
    void forget_collision() {
        if (PQtransactionStatus(handle_.get()) == PQTRANS_IDLE) collided_ = false;
    }

    Handle handle_;
    std::string server_;
    milliseconds statement_timeout_;
    StatementCache<Prepared> statements_;
    std::uint64_t last_name_ = 0;
    bool lost_ = false;
    bool collided_ = false;
    bool no_limit_ = false;
    bool must_prepare_again_ = false;
};

Result<std::unique_ptr<Connection>> connect(PostgresOptions const& options) {
    auto const timeout =
        std::to_string(std::chrono::ceil<seconds>(options.connect_timeout).count());
    // The URL may overrule what stands before it, and nothing after it.
    std::array<char const*, 9> const keywords{"connect_timeout",
                                              "tcp_user_timeout",
                                              "keepalives_idle",
                                              "keepalives_interval",
                                              "keepalives_count",
                                              "fallback_application_name",
                                              "dbname",
                                              "client_encoding",
                                              nullptr};
    std::array<char const*, 9> const values{
        timeout.c_str(),     "15000", "15",   "5", "3", "directfanz",
        options.url.c_str(), "UTF8",  nullptr};
    Handle handle(PQconnectdbParams(keywords.data(), values.data(), 1));
    if (!handle || PQstatus(handle.get()) != CONNECTION_OK) {
        auto const why = handle ? in_one_line(PQerrorMessage(handle.get())) : "no memory";
        return fail(ErrorKind::unavailable, "database",
                    fmt::format("cannot connect to PostgreSQL: {}; look whether it runs, and "
                                "whether the database's URL is right",
                                why));
    }
    // By default libpq writes them to standard error.
    PQsetNoticeProcessor(handle.get(), [](void*, char const*) {}, nullptr);
    auto connection =
        std::make_unique<PostgresConnection>(std::move(handle), options.statement_timeout);
    auto prepared = connection->prepare();
    if (!prepared) return std::unexpected(std::move(prepared.error()));
    return connection;
}

}  // namespace

Result<std::unique_ptr<Database>> open_postgres(PostgresOptions options) {
    auto checked = check_postgres_url(options.url);
    if (!checked) return std::unexpected(std::move(checked.error()));
    auto const max_connections = options.max_connections;
    auto database = std::make_unique<Database>(
        [options = std::move(options)] { return connect(options); }, max_connections);
    auto first = database->acquire();
    if (!first) return std::unexpected(std::move(first.error()));
    return database;
}

}  // namespace directfanz::db
