#include "app/serve.hpp"

namespace directfanz::app {

Result<void> serve(Settings const&) {
    return fail(ErrorKind::unavailable, "", "the server is not built in");
}

}  // namespace directfanz::app
