#include "app/cli.hpp"

#include <iostream>
#include <string_view>

#include <unistd.h>

int main(int argc, char** argv) {
    directfanz::app::Invocation invocation;
    invocation.arguments.assign(argv + (argc > 0 ? 1 : 0), argv + argc);
    for (char** entry = environ; *entry != nullptr; ++entry) {
        std::string_view const text = *entry;
        auto const equals = text.find('=');
        if (equals == std::string_view::npos) continue;
        invocation.environment.emplace_back(text.substr(0, equals), text.substr(equals + 1));
    }
    return directfanz::app::run(invocation, std::cout, std::cerr);
}
