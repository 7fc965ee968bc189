#include "platform/streams/stream_change.hpp"

#include "media/transcode/ladder.hpp"
#include "platform/streams/fold.hpp"

#include <algorithm>

#include <fmt/format.h>

namespace directfanz::streams {
namespace {

using api::Code;
using api::Fields;

constexpr std::size_t kMaxDescription = 5'000;
constexpr std::size_t kMaxSlug = 40;
constexpr std::size_t kMaxTags = 10;
constexpr std::size_t kMaxTag = 30;
constexpr std::size_t kShortestPassword = 4;
constexpr std::size_t kLongestPassword = 100;
constexpr std::size_t kMaxCountries = 250;
constexpr std::size_t kMaxSites = 20;
constexpr std::size_t kMaxSite = 200;
constexpr std::int64_t kLongestSlowMode = 600;
constexpr std::uint32_t kKilobit = 1'000;

bool is_tag(std::string_view text) {
    return !text.empty() && text.find_first_of(" ,#\t") == std::string_view::npos &&
           text.find("\xc2\xa0") == std::string_view::npos;
}

bool is_language(std::string_view text) {
    return (text.size() == 2 || text.size() == 3) &&
           std::ranges::all_of(text, [](char c) { return c >= 'a' && c <= 'z'; });
}

bool is_country(std::string_view text) {
    return text.size() == 2 &&
           std::ranges::all_of(text, [](char c) { return c >= 'A' && c <= 'Z'; });
}

/// "https://fans.example:8443": what goes into a Content-Security-Policy, so nothing that could end
/// its directive.
bool is_site(std::string_view text) {
    if (text.starts_with("https://"))
        text.remove_prefix(8);
    else if (text.starts_with("http://"))
        text.remove_prefix(7);
    else
        return false;
    return !text.empty() && std::ranges::all_of(text, [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
               c == '.' || c == '-' || c == ':' || c == '[' || c == ']';
    });
}

/// Reads members one after another, each into a setter.
class Reading {
  public:
    Reading(Fields& fields, StreamChange& change) : fields_(fields), change_(change) {}

    template <typename Reader, typename T>
    void value(std::string_view name, Reader const& reader, T StreamSettings::* member) {
        auto read = fields_.optional(name, reader);
        if (read) set(member, std::move(*read));
    }
    template <typename Reader, typename T>
    void nullable(std::string_view name, Reader const& reader, T StreamSettings::* member) {
        auto read = fields_.nullable(name, reader);
        if (read) set(member, std::move(*read));
    }
    template <typename T, typename V>
    void set(T StreamSettings::* member, V value) {
        change_.setters.push_back([member, value = std::move(value)](StreamSettings& settings) {
            settings.*member = value;
        });
    }

  private:
    Fields& fields_;
    StreamChange& change_;
};

void read_title(Fields& fields, Reading& reading, bool required) {
    api::Text const text{.least = 1, .most = kMaxTitleLength};
    std::optional<std::string> title;
    if (required)
        title = fields.required("title", text);
    else
        title = fields.optional("title", text);
    if (!title) return;
    if (fields.well()) {
        auto const checked = check_title(*title);
        if (!checked) fields.tell("title", Code::format, checked.error().message);
    }
    reading.set(&StreamSettings::title, std::move(*title));
}

void read_category(Fields& fields, Reading& reading, std::vector<Category> const& categories) {
    auto const slug = fields.nullable("category", api::Text{.least = 1, .most = kMaxSlug});
    if (!slug) return;
    if (*slug && std::ranges::find(categories, **slug, &Category::slug) == categories.end())
        fields.tell("category", Code::choice, "There is no such category.");
    reading.set(&StreamSettings::category, *slug);
}

void read_tags(Fields& fields, Reading& reading) {
    auto tags = fields.optional(
        "tags", api::ListOf<api::Text>{
                    .item = api::Text{.least = 1,
                                      .most = kMaxTag,
                                      .format = is_tag,
                                      .expected = "A tag is one word, without # and ','."},
                    .most = kMaxTags,
                    .unique = true});
    if (!tags) return;
    std::vector<std::string> folded;
    for (auto const& tag : *tags) {
        auto word = fold(tag);
        if (std::ranges::find(folded, word) == folded.end()) folded.push_back(std::move(word));
    }
    reading.set(&StreamSettings::tags, std::move(folded));
}

void read_ladder(Fields& fields, Reading& reading) {
    auto const read_rung = [](Fields& rung) {
        transcode::RungSetting setting;
        setting.height = static_cast<unsigned>(
            rung.required("height", api::Integer{.least = 120, .most = 2'160}));
        setting.bitrate = static_cast<std::uint32_t>(rung.required(
                              "bitrate", api::Integer{.least = 100, .most = 20'000})) *
                          kKilobit;
        return setting;
    };
    auto ladder = fields.nullable(
        "ladder", api::ListOf<api::ObjectOf<decltype(read_rung)>>{
                      .item = {read_rung}, .least = 1, .most = transcode::kMaxRungs});
    if (!ladder) return;
    if (*ladder && fields.well()) {
        auto checked = transcode::check_ladder(**ladder);
        if (checked)
            *ladder = std::move(*checked);
        else
            fields.tell("ladder", Code::format, checked.error().message);
    }
    reading.set(&StreamSettings::ladder, std::move(*ladder));
}

ChatSettings read_chat(Fields& fields) {
    ChatSettings chat;
    chat.enabled = fields.required("enabled", api::Boolean());
    chat.followers_only = fields.required("followersOnly", api::Boolean());
    chat.slow_mode =
        fields.required("slowModeSeconds", api::Integer{.least = 0, .most = kLongestSlowMode});
    chat.links = fields.required("links", api::Boolean());
    return chat;
}

void read_countries(Fields& fields, Reading& reading, std::string_view name, bool known,
                    std::vector<std::string> StreamSettings::* member) {
    auto countries = fields.optional(
        name, api::ListOf<api::Text>{
                  .item = api::Text{.least = 2,
                                    .most = 2,
                                    .format = is_country,
                                    .expected = "Two capital letters, as in ISO 3166."},
                  .most = kMaxCountries,
                  .unique = true});
    if (!countries) return;
    if (!countries->empty() && !known) {
        fields.tell(name, Code::choice,
                    "This server has no country database, so it cannot tell where viewers are.");
    }
    reading.set(member, std::move(*countries));
}

}  // namespace

StreamChange read_stream_change(Fields& fields, StreamRules const& rules, bool title_required) {
    StreamChange change;
    Reading reading(fields, change);
    read_title(fields, reading, title_required);
    reading.value("description", api::Text{.most = kMaxDescription, .kind = api::TextKind::text},
                  &StreamSettings::description);
    read_category(fields, reading, rules.categories);
    read_tags(fields, reading);
    reading.nullable("language",
                     api::Text{.least = 2,
                               .most = 3,
                               .format = is_language,
                               .expected = "Two or three small letters, as in ISO 639."},
                     &StreamSettings::language);
    reading.value("mature", api::Boolean(), &StreamSettings::mature);
    reading.value("visibility", api::OneOf<Visibility>{kVisibilities}, &StreamSettings::visibility);
    change.password = fields.optional("password", api::Text{.least = kShortestPassword,
                                                            .most = kLongestPassword,
                                                            .kind = api::TextKind::secret});
    reading.nullable("scheduledAt", api::Moment(), &StreamSettings::scheduled_at);
    reading.value("latencyMode", api::OneOf<LatencyMode>{kLatencyModes},
                  &StreamSettings::latency_mode);
    read_ladder(fields, reading);
    reading.value("recording", api::Boolean(), &StreamSettings::recording);
    reading.value("autoLive", api::Boolean(), &StreamSettings::auto_live);
    reading.value("chat", api::ObjectOf{read_chat}, &StreamSettings::chat);
    read_countries(fields, reading, "allowedCountries", rules.countries,
                   &StreamSettings::allowed_countries);
    read_countries(fields, reading, "blockedCountries", rules.countries,
                   &StreamSettings::blocked_countries);
    reading.value(
        "embedSites",
        api::ListOf<api::Text>{.item = api::Text{.least = 8,
                                                 .most = kMaxSite,
                                                 .format = is_site,
                                                 .expected = "Such as https://fans.example"},
                               .most = kMaxSites,
                               .unique = true},
        &StreamSettings::embed_sites);
    return change;
}

std::optional<api::FieldError> check_settings(StreamSettings const& settings) {
    if (settings.visibility == Visibility::password && !settings.password_hash) {
        return api::FieldError{.field = "/password",
                               .code = Code::required,
                               .message = "Choose the password that viewers have to know."};
    }
    return std::nullopt;
}

}  // namespace directfanz::streams
