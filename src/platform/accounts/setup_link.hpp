#pragma once

#include "base/result.hpp"

#include <filesystem>
#include <mutex>
#include <string>
#include <string_view>

namespace directfanz::accounts {

/// The link by which the first account of a fresh installation becomes its administrator. It is
/// printed at start and lies in the data folder until it was used; another start makes another one.
class SetupLink {
  public:
    explicit SetupLink(std::filesystem::path file) : file_(std::move(file)) {}

    /// Makes a link. `url` is the site's, without a slash at the end. Returns it.
    Result<std::string> offer(std::string_view url);

    /// Whether `token` is the offered one; it is held for the caller then.
    bool take(std::string_view token);
    /// What was taken was not used after all.
    void put_back(std::string_view token);
    /// What was taken was used: the link is no more.
    void used();

    std::filesystem::path const& file() const { return file_; }

  private:
    std::filesystem::path file_;
    std::mutex mutex_;
    /// Empty: none is offered.
    std::string hash_;
};

}  // namespace directfanz::accounts
