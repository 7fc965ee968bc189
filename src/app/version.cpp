#include "app/version.hpp"

namespace directfanz::app {

std::string_view version() {
    return DIRECTFANZ_VERSION;
}

}  // namespace directfanz::app
