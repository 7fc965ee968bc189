#include "platform/schema/schema.hpp"

namespace directfanz::schema {
namespace {

// One {number, "name", R"sql(text)sql"} a file: written by the build (cmake/EmbedMigrations.cmake).
constexpr db::Migration kMigrations[] = {
#include "migrations.inc"
};

}  // namespace

std::span<db::Migration const> migrations() {
    return kMigrations;
}

}  // namespace directfanz::schema
