#include "platform/streams/page_store.hpp"

#include <algorithm>

namespace directfanz::streams {

Result<SharedPage> PageStore::find(StreamId const& id) {
    auto stream = streams_.find(id);
    if (!stream) return std::unexpected(std::move(stream.error()));
    if (!*stream) return nullptr;
    return complete(std::move(**stream));
}

Result<SharedPage> PageStore::find_by_key(StreamKey const& key) {
    auto stream = streams_.find_by_key(key);
    if (!stream) return std::unexpected(std::move(stream.error()));
    if (!*stream) return nullptr;
    return complete(std::move(**stream));
}

Result<SharedPage> PageStore::complete(Stream stream) {
    auto page = std::make_shared<StreamPage>();
    if (stream.owner) {
        auto creator = people_.find(*stream.owner);
        if (!creator) return std::unexpected(std::move(creator.error()));
        page->creator = std::move(*creator);
    }
    if (stream.category) {
        auto category = categories_.find(*stream.category);
        if (!category) return std::unexpected(std::move(category.error()));
        page->category = std::move(*category);
    }
    auto last = broadcasts_.last(stream.id);
    if (!last) return std::unexpected(std::move(last.error()));
    if (*last) page->ended_at = (*last)->ended_at;
    page->stream = std::move(stream);
    return page;
}

Result<std::vector<SharedPage>> PageStore::complete_all(std::vector<Stream> streams) {
    std::vector<AccountId> owners;
    for (auto const& stream : streams) {
        if (stream.owner) owners.push_back(*stream.owner);
    }
    auto people = people_.find_all(owners);
    if (!people) return std::unexpected(std::move(people.error()));
    auto const categories = categories_.list();
    if (!categories) return std::unexpected(categories.error());
    std::vector<SharedPage> pages;
    for (auto& stream : streams) {
        auto page = std::make_shared<StreamPage>();
        if (stream.owner) {
            auto const found = people->find(*stream.owner);
            if (found != people->end()) page->creator = found->second;
        }
        auto const category = std::ranges::find_if(
            *categories, [&](auto const& one) { return one.slug == stream.category; });
        if (category != categories->end()) page->category = *category;
        page->stream = std::move(stream);
        pages.push_back(std::move(page));
    }
    return pages;
}

}  // namespace directfanz::streams
