#include "platform/streams/services.hpp"

namespace directfanz::streams {

Result<Standing> standing_of(Services& services, api::Caller const& caller, Stream const& stream) {
    if (!caller.signed_in()) return Standing::nobody;
    if (!stream.owner) {
        return caller.is(api::Role::administrator) ? Standing::owner : Standing::nobody;
    }
    if (*stream.owner == caller.account) return Standing::owner;
    if (caller.moderates()) return Standing::moderator;
    auto const moderates = services.people.moderates(caller.account, *stream.owner);
    if (!moderates) return std::unexpected(moderates.error());
    return *moderates ? Standing::moderator : Standing::nobody;
}

io::Task<Result<SharedPage>> stream_for(Services& services, api::Call const& call, Standing least) {
    auto work = [&]() -> Result<SharedPage> {
        StreamId const id(call.parameter("stream"));
        auto page = looks_like_id(id.value()) ? services.pages.find(id) : nullptr;
        if (!page) return page;
        if (!*page) {
            return fail(ErrorKind::not_found, "stream",
                        "There is no such stream. It may have been deleted.");
        }
        auto const standing = standing_of(services, call.caller, (*page)->stream);
        if (!standing) return std::unexpected(standing.error());
        if (*standing < least) {
            return fail(ErrorKind::denied, "stream", "This is somebody else's stream.");
        }
        return page;
    };
    auto page = co_await services.run(work);
    co_return page;
}

}  // namespace directfanz::streams
