#pragma once

#include "platform/api/api.hpp"
#include "platform/streams/services.hpp"

namespace directfanz::streams {

/// The contract's operations of the tags "creators" and "categories".
class CreatorRoutes {
  public:
    explicit CreatorRoutes(Services& services) : services_(services) {}

    void add_to(api::Api& api);

    /// Streams on a creator's page.
    static constexpr std::size_t kMostOnPage = 50;

  private:
    io::Task<Answer> creator(api::Call const& call);
    io::Task<Answer> follow(api::Call const& call);
    io::Task<Answer> unfollow(api::Call const& call);
    io::Task<Answer> follows(api::Call const& call);
    io::Task<Answer> categories(api::Call const& call);
    io::Task<Answer> create_category(api::Call const& call);
    io::Task<Answer> edit_category(api::Call const& call);
    io::Task<Answer> remove_category(api::Call const& call);

    /// In the audit log. Blocks.
    Result<void> note(api::Call const& call, std::string action, std::string_view category,
                      std::string detail);

    Services& services_;
};

}  // namespace directfanz::streams
