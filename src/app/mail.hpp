#pragma once

#include "app/settings.hpp"
#include "base/result.hpp"
#include "system/mail/mailer.hpp"

#include <memory>

namespace directfanz::app {

/// SMTP as the settings have it, or the folder 'outbox' of the data folder. Reads the password's
/// file; blocks. Error: a sentence that names the setting to mend.
Result<std::unique_ptr<mail::Mailer>> make_mailer(Settings const& settings);

}  // namespace directfanz::app
