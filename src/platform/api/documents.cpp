#include "platform/api/documents.hpp"

#include "base/digest.hpp"
#include "system/http/gzip.hpp"

#include <cstddef>
#include <memory>
#include <span>
#include <string_view>
#include <utility>

#include <fmt/format.h>

namespace directfanz::api {
namespace {

constexpr std::string_view kJson[] = {
#include "openapi_json.inc"
};

constexpr std::string_view kYaml[] = {
#include "openapi_yaml.inc"
};

constexpr int kGzipLevel = 9;
constexpr std::size_t kTagDigits = 16;

std::string joined(std::span<std::string_view const> lines) {
    std::string text;
    for (auto const line : lines) text += line;
    return text;
}

/// A document in both encodings.
class Document {
  public:
    Document(std::string_view type, std::string text) {
        auto const tag = to_hex(sha256(as_bytes(text))).substr(0, kTagDigits);
        Blob const plain(std::move(text));
        plain_ = describe(type, fmt::format("\"{}\"", tag));
        packed_ = describe(type, fmt::format("\"{}-gzip\"", tag));
        packed_.headers.add("Content-Encoding", "gzip");
        packed_.body.push_back(http::gzip(plain.view(), kGzipLevel));
        plain_.body.push_back(plain);
    }

    io::Task<http::Response> answer(http::Request const& request) const {
        co_return http::accepts_gzip(request) ? packed_ : plain_;
    }

  private:
    static http::Response describe(std::string_view type, std::string_view tag) {
        http::Response response;
        response.headers.add("Content-Type", type);
        response.headers.add("ETag", tag);
        response.headers.add("Vary", "Accept-Encoding");
        response.headers.add("Access-Control-Allow-Origin", "*");
        http::set_cache_control(response, "max-age=60");
        return response;
    }

    http::Response plain_;
    http::Response packed_;
};

void add(http::Router& router, std::string_view path, Document document) {
    auto const shared = std::make_shared<Document const>(std::move(document));
    router.add(http::Method::get, path,
               [shared](http::Request const& request, http::PathParameters const&) {
                   return shared->answer(request);
               });
}

}  // namespace

std::string contract_json() {
    return joined(kJson);
}

std::string contract_yaml() {
    return joined(kYaml);
}

void add_documents(http::Router& router) {
    add(router, "/api/openapi.json", Document("application/json", contract_json()));
    // RFC 9512.
    add(router, "/api/openapi.yaml", Document("application/yaml", contract_yaml()));
}

}  // namespace directfanz::api
