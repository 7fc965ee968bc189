#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace directfanz::streams {

/// As texts are compared in a search: UTF-8 in lower case, of any language. What is no UTF-8 ends
/// it.
std::string fold(std::string_view text);

/// The words of a search, folded.
std::vector<std::string> search_words(std::string_view query);

}  // namespace directfanz::streams
