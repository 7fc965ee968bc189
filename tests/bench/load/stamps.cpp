#include "load/stamps.hpp"

#include "load/flv_script.hpp"

#include <charconv>

namespace directfanz::load {

std::vector<std::size_t> stamps_in(std::string_view part) {
    std::vector<std::size_t> numbers;
    for (auto at = part.find(kStampMark); at != std::string_view::npos;
         at = part.find(kStampMark, at + 1)) {
        auto const digits = part.substr(at + kStampMark.size(), kStampDigits);
        std::size_t number = 0;
        auto const [end, code] =
            std::from_chars(digits.data(), digits.data() + digits.size(), number);
        if (code == std::errc{} && digits.size() == kStampDigits &&
            end == digits.data() + kStampDigits)
            numbers.push_back(number);
    }
    return numbers;
}

}  // namespace directfanz::load
