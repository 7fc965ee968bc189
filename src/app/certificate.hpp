#pragma once

#include "app/settings.hpp"
#include "base/result.hpp"
#include "system/io/tls_context.hpp"

#include <chrono>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

namespace directfanz::app {

/// The certificate for https and rtmps; null if both are off.
Result<std::shared_ptr<io::TlsIdentity>> load_identity(Settings const& settings);

/// Takes a new certificate for new connections; if it is not usable, says so in the log, and the
/// old one stays.
void reload_certificate(io::TlsIdentity& identity);

struct SelfSignedOrder {
    /// Where cert.pem and key.pem go; made if it is missing.
    std::filesystem::path folder;
    /// Host names and addresses; empty: this machine.
    std::vector<std::string> names;
    std::chrono::days lifetime{365};
    /// Replace what is there.
    bool force = false;
};

/// `directfanz cert self-signed`: returns what is to be printed.
Result<std::string> make_certificate(SelfSignedOrder const& order);

}  // namespace directfanz::app
