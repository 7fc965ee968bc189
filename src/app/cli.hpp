#pragma once

#include <iosfwd>
#include <string>
#include <utility>
#include <vector>

namespace directfanz::app {

/// Exit codes of the program.
inline constexpr int kSucceeded = 0;
inline constexpr int kFailed = 1;
/// The command line, the environment or the configuration file is wrong.
inline constexpr int kMisused = 2;

struct Invocation {
    /// Without the program's name.
    std::vector<std::string> arguments;
    std::vector<std::pair<std::string, std::string>> environment;
};

/// The program. Answers go to `out`; errors, in one sentence, to `err`. Returns the exit code.
int run(Invocation const& invocation, std::ostream& out, std::ostream& err);

}  // namespace directfanz::app
