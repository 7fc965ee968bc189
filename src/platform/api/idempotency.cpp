#include "platform/api/idempotency.hpp"

#include "base/digest.hpp"
#include "base/log.hpp"
#include "platform/api/problem.hpp"
#include "platform/api/sealed.hpp"

#include <array>
#include <cstdint>
#include <optional>
#include <utility>

#include <fmt/format.h>

namespace directfanz::api {
namespace {

constexpr std::array<std::string_view, 3> kKeptFields{"Content-Type", "ETag", "Location"};

std::int64_t to_milliseconds(WallTime time) {
    return std::chrono::duration_cast<milliseconds>(time.time_since_epoch()).count();
}

/// "Content-Type: application/json\n\n{…}"
std::string to_text(http::Response const& response) {
    std::string text;
    for (auto const name : kKeptFields) {
        if (auto const value = response.headers.get(name)) {
            text += fmt::format("{}: {}\n", name, *value);
        }
    }
    text += '\n';
    for (auto const& blob : response.body) text += blob.text();
    return text;
}

http::Response to_response(unsigned status, std::string_view text) {
    http::Response response{.status = status, .headers = {}, .body = {}};
    while (!text.starts_with('\n') && !text.empty()) {
        auto const line = text.substr(0, text.find('\n'));
        auto const colon = line.find(": ");
        response.headers.add(line.substr(0, colon), line.substr(colon + 2));
        text.remove_prefix(line.size() + 1);
    }
    if (text.size() > 1) response.body.emplace_back(std::string(text.substr(1)));
    return response;
}

/// What the database knows of a key.
struct Known {
    std::string request_hash;
    std::int64_t status = 0;
    std::string answer;
    std::int64_t created_at = 0;
};

/// Nothing if the key is this request's now.
Result<std::optional<Known>> claim(db::Connection& connection, Idempotency::Ticket const& ticket,
                                   std::string const& request_hash, std::int64_t now) {
    auto const expired = now - milliseconds(Idempotency::kKeep).count();
    auto swept = connection.execute("DELETE FROM idempotency_keys WHERE created_at < :expired",
                                    {{"expired", expired}});
    if (!swept) return std::unexpected(std::move(swept.error()));
    auto inserted = connection.execute(
        "INSERT INTO idempotency_keys (account, key_hash, request_hash, status, answer, "
        "created_at) VALUES (:account, :key_hash, :request_hash, 0, '', :now) "
        "ON CONFLICT (account, key_hash) DO NOTHING",
        {{"account", ticket.account.value()},
         {"key_hash", ticket.key_hash},
         {"request_hash", request_hash},
         {"now", now}});
    if (!inserted) return std::unexpected(std::move(inserted.error()));
    if (*inserted == 1) return std::nullopt;
    auto rows = connection.query(
        "SELECT request_hash, status, answer, created_at FROM idempotency_keys "
        "WHERE account = :account AND key_hash = :key_hash",
        {{"account", ticket.account.value()}, {"key_hash", ticket.key_hash}});
    if (!rows) return std::unexpected(std::move(rows.error()));
    if (rows->empty()) {
        return fail(ErrorKind::unavailable, "idempotency", "the key was taken away meanwhile");
    }
    auto const& row = rows->front();
    Known known{.request_hash = row.text(0),
                .status = row.integer(1),
                .answer = row.text(2),
                .created_at = row.integer(3)};
    auto const abandoned = known.status == 0 && known.request_hash == request_hash &&
                           known.created_at < now - milliseconds(Idempotency::kUnderWay).count();
    if (!abandoned) return known;
    auto taken = connection.execute(
        "UPDATE idempotency_keys SET created_at = :now "
        "WHERE account = :account AND key_hash = :key_hash AND status = 0 AND "
        "created_at = :created_at",
        {{"now", now},
         {"account", ticket.account.value()},
         {"key_hash", ticket.key_hash},
         {"created_at", known.created_at}});
    if (!taken) return std::unexpected(std::move(taken.error()));
    if (*taken == 0) return known;
    return std::nullopt;
}

/// An empty answer: the key is free again.
Result<std::int64_t> settle(db::Database& database, Idempotency::Ticket const& ticket,
                            unsigned status, std::string const& answer) {
    auto connection = database.acquire();
    if (!connection) return std::unexpected(std::move(connection.error()));
    if (answer.empty()) {
        return (*connection)
            ->execute(
                "DELETE FROM idempotency_keys "
                "WHERE account = :account AND key_hash = :key_hash AND status = 0",
                {{"account", ticket.account.value()}, {"key_hash", ticket.key_hash}});
    }
    return (*connection)
        ->execute(
            "UPDATE idempotency_keys SET status = :status, answer = :answer "
            "WHERE account = :account AND key_hash = :key_hash",
            {{"status", status},
             {"answer", answer},
             {"account", ticket.account.value()},
             {"key_hash", ticket.key_hash}});
}

void log_failure(Error const& error) {
    log::warning("idempotency_failed", {{"error", describe(error)}});
}

http::Response repeat(Known const& known, std::string const& request_hash,
                      std::string const& secret) {
    if (known.request_hash != request_hash) {
        return respond({.status = 422,
                        .detail = "This Idempotency-Key was used for another request. Use a new "
                                  "one for each thing to create."});
    }
    auto const answer = known.status == 0 ? std::nullopt : unseal(known.answer, secret);
    if (!answer) {
        return respond({.status = 409,
                        .detail = "The first request with this Idempotency-Key is under way. Ask "
                                  "again in a moment."});
    }
    return to_response(static_cast<unsigned>(known.status), *answer);
}

}  // namespace

io::Task<Result<Idempotency::Begun>> Idempotency::begin(AccountId account,
                                                        std::string_view operation,
                                                        std::string_view key,
                                                        std::string_view request, WallTime now) {
    auto const named = fmt::format("{}\n{}", operation, key);
    Ticket ticket{.account = std::move(account),
                  .key_hash = to_hex(sha256(as_bytes(named))),
                  .secret = fmt::format("{}\n{}", named, request)};
    // The request may hold a password: what is kept of it says nothing to who does not know the
    // key.
    auto const request_hash = to_hex(sha256(as_bytes("request\n" + ticket.secret)));
    auto ask = [&] {
        auto const work = [&](db::Connection& connection) {
            return claim(connection, ticket, request_hash, to_milliseconds(now));
        };
        return db::transact(database_, work);
    };
    auto known = co_await blocking_.run(ask);
    if (!known) co_return std::unexpected(std::move(known.error()));
    if (*known) co_return Begun(repeat(**known, request_hash, ticket.secret));
    co_return Begun(std::move(ticket));
}

io::Task<> Idempotency::finish(Ticket ticket, http::Response const& response) {
    auto const keep = response.status >= 200 && response.status < 300;
    auto const answer = keep ? seal(to_text(response), ticket.secret) : std::string();
    auto write = [&] { return settle(database_, ticket, response.status, answer); };
    auto const settled = co_await blocking_.run(write);
    if (!settled) log_failure(settled.error());
}

void Idempotency::forget(Ticket ticket) {
    blocking_.post([this, ticket = std::move(ticket)] {
        auto const settled = settle(database_, ticket, 0, {});
        if (!settled) log_failure(settled.error());
    });
}

}  // namespace directfanz::api
