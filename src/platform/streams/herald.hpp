#pragma once

#include "base/result.hpp"
#include "platform/streams/situation.hpp"
#include "system/db/connection.hpp"

#include <string>
#include <vector>

namespace directfanz::streams {

/// Something that happened to a stream, as programs are told of it.
struct StreamEvent {
    /// "stream.live"
    std::string type;
    SharedPage page;
    Situation situation;
};

/// What an administrator did, for the audit log.
struct Deed {
    AccountId by;
    /// "category.create"
    std::string action;
    /// "category:music"
    std::string target;
    std::string detail;
    /// Where it was done from.
    std::string address;
};

/// Who tells others of streams: implemented over accounts and events.
class Herald {
  public:
    virtual ~Herald() = default;

    /// Returns at once. From any thread.
    virtual void happened(StreamEvent const& event) = 0;

    /// These follow the creator of a stream that has gone live. Blocks.
    virtual Result<void> tell_live(std::vector<AccountId> const& followers,
                                   StreamPage const& page) = 0;
    /// Somebody follows somebody. Blocks.
    virtual Result<void> tell_followed(AccountId const& creator, AccountId const& follower) = 0;
    /// A moderator has ended somebody's broadcast. Blocks.
    virtual Result<void> tell_ended(StreamPage const& page, std::string const& reason) = 0;
    /// To be kept in the audit log. Blocks.
    virtual Result<void> note(Deed const& deed) = 0;
    /// The same in the transaction of what was done.
    virtual Result<void> note(db::Connection& connection, Deed const& deed) = 0;
};

}  // namespace directfanz::streams
