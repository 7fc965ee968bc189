#include "system/db/numbered_sql.hpp"

#include <algorithm>
#include <cctype>

#include <fmt/format.h>

namespace directfanz::db {
namespace {

bool is_letter(char c) {
    return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_';
}

std::unexpected<Error> wrong(std::string_view what) {
    return fail(ErrorKind::invalid, "database", fmt::format("the statement holds {}", what));
}

class Rewriter {
  public:
    explicit Rewriter(std::string_view sql) : left_(sql) {}

    Result<NumberedSql> run() {
        while (!left_.empty()) {
            auto const c = left_.front();
            if (c == '\'' || c == '"') {
                // A doubled quote ends one text and begins the next: the same to us.
                auto const end = left_.find(c, 1);
                if (end == left_.npos) return wrong("a text that is not closed");
                copy(end + 1);
            } else if (left_.starts_with("--")) {
                copy(std::min(left_.find('\n'), left_.size()));
            } else if (left_.starts_with("/*")) {
                auto const end = left_.find("*/", 2);
                if (end == left_.npos) return wrong("a comment that is not closed");
                copy(end + 2);
            } else if (left_.starts_with("::")) {
                copy(2);
            } else if (c == ':' && left_.size() > 1 && is_letter(left_[1])) {
                number();
            } else if (c == '$') {
                return wrong("a $");
            } else {
                copy(1);
            }
        }
        return std::move(made_);
    }

  private:
    void copy(std::size_t count) {
        made_.text += left_.substr(0, count);
        left_.remove_prefix(count);
    }

    void number() {
        left_.remove_prefix(1);
        auto const end = std::ranges::find_if_not(left_, is_letter) - left_.begin();
        auto const name = left_.substr(0, static_cast<std::size_t>(end));
        left_.remove_prefix(name.size());
        auto found = std::ranges::find(made_.names, name);
        if (found == made_.names.end()) found = made_.names.insert(found, std::string(name));
        made_.text += fmt::format("${}", found - made_.names.begin() + 1);
    }

    std::string_view left_;
    NumberedSql made_;
};

}  // namespace

Result<NumberedSql> to_numbered(std::string_view sql) {
    return Rewriter(sql).run();
}

}  // namespace directfanz::db
