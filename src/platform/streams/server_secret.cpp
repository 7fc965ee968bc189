#include "platform/streams/server_secret.hpp"

#include "base/digest.hpp"
#include "base/random.hpp"

#include <charconv>

namespace directfanz::streams {
namespace {

Result<Bytes> from_hex(std::string_view text, std::size_t size) {
    Bytes bytes(size);
    if (text.size() != 2 * size)
        return fail(ErrorKind::invalid, "server_secrets", "a secret has another length");
    for (std::size_t i = 0; i < size; ++i) {
        auto const* const digits = text.data() + 2 * i;
        auto const [end, code] = std::from_chars(digits, digits + 2, bytes[i], 16);
        if (code != std::errc{} || end != digits + 2)
            return fail(ErrorKind::invalid, "server_secrets", "a secret is not hexadecimal");
    }
    return bytes;
}

}  // namespace

Result<Bytes> server_secret(db::Database& database, std::string_view name, std::size_t size) {
    auto const made = to_hex(random_bytes(size));
    auto text = db::transact(database, [&](db::Connection& connection) -> Result<std::string> {
        auto const kept = connection.execute(
            "INSERT INTO server_secrets (name, value) VALUES (:name, :value) "
            "ON CONFLICT (name) DO NOTHING",
            {{"name", name}, {"value", made}});
        if (!kept) return std::unexpected(kept.error());
        auto const rows = connection.query("SELECT value FROM server_secrets WHERE name = :name",
                                           {{"name", name}});
        if (!rows) return std::unexpected(rows.error());
        return rows->front().text(0);
    });
    if (!text) return std::unexpected(std::move(text.error()));
    return from_hex(*text, size);
}

}  // namespace directfanz::streams
