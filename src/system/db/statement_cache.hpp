#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>

namespace directfanz::db {

/// The statements that a connection has prepared, by their text: preparing costs more than most of
/// them take. A statement is whatever its destructor gives back.
template <typename Statement>
class StatementCache {
  public:
    /// More texts than a program has by itself: some have lists made at run time. At the limit all
    /// are forgotten.
    static constexpr std::size_t kMostStatements = 500;

    /// Null if it is not there.
    Statement* find(std::string_view text) {
        auto const found = statements_.find(text);
        return found == statements_.end() ? nullptr : &found->second;
    }

    Statement& keep(std::string_view text, Statement statement) {
        if (statements_.size() >= kMostStatements) statements_.clear();
        return statements_.insert_or_assign(std::string(text), std::move(statement)).first->second;
    }

    void clear() { statements_.clear(); }
    std::size_t size() const { return statements_.size(); }

  private:
    struct Hash {
        using is_transparent = void;
        std::size_t operator()(std::string_view text) const {
            return std::hash<std::string_view>()(text);
        }
    };

    std::unordered_map<std::string, Statement, Hash, std::equal_to<>> statements_;
};

}  // namespace directfanz::db
