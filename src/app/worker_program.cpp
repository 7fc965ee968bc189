#include "app/worker_program.hpp"

#include <system_error>

#include <unistd.h>

namespace directfanz::app {

std::filesystem::path find_worker_program(Settings const& settings) {
    auto program = settings.transcode_worker;
    if (program.empty()) {
        std::error_code error;
        auto const self = std::filesystem::read_symlink("/proc/self/exe", error);
        if (error) return {};
        program = self.parent_path() / "directfanz-worker";
    }
    return ::access(program.c_str(), X_OK) == 0 ? program : std::filesystem::path();
}

}  // namespace directfanz::app
