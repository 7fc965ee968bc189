#include "app/cli.hpp"

#include "app/certificate.hpp"
#include "app/config_commands.hpp"
#include "app/doctor.hpp"
#include "app/load_settings.hpp"
#include "app/serve.hpp"
#include "app/settings_table.hpp"
#include "app/stream_commands.hpp"
#include "app/version.hpp"

#include <algorithm>
#include <array>
#include <functional>
#include <map>
#include <memory>
#include <ostream>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

namespace directfanz::app {
namespace {

constexpr std::string_view kExitCodes =
    "Exit codes: 0 done, 1 failed, 2 wrong command line, environment or configuration.";

std::string version_text() {
    return fmt::format("directfanz {}", version());
}

/// Settings that mean something to every command.
constexpr std::array<std::string_view, 5> kCommonSettings{"data", "database.url", "http", "rtmp",
                                                          "public_url"};

std::string footer(std::string_view examples) {
    return fmt::format("Examples:\n{}\n\n{}", examples, kExitCodes);
}

/// One subcommand: what CLI11 fills in, and what runs afterwards.
struct Command {
    CLI::App* app = nullptr;
    std::string config_file;
    /// By the setting's name. CLI11 keeps pointers into it: a map's values stay where they are.
    std::map<std::string_view, std::string> flags;
    NewStream stream;
    std::string auto_live = "on";
    std::string id;
    bool json = false;
    std::function<Result<std::string>(Command const&, LoadedSettings const&)> action;

    Output output() const { return json ? Output::json : Output::text; }

    void add_settings(bool all) {
        app->add_option("--config", config_file, "TOML file with settings")->type_name("FILE");
        Settings const defaults;
        for (auto const& setting : settings_table()) {
            if (!all && std::ranges::find(kCommonSettings, setting.name) == kCommonSettings.end()) {
                continue;
            }
            auto const value = setting.show(defaults);
            auto const help = value.empty() ? std::string(setting.help)
                                            : fmt::format("{} [{}]", setting.help, value);
            app->add_option(setting.flag(), flags[setting.name], help)
                ->type_name(std::string(setting.kind));
        }
    }

    void add_json() { app->add_flag("--json", json, "Answer with one line of JSON"); }
    void add_id() {
        app->add_option("id", id, "The stream's id, as 'stream list' shows it")
            ->required()
            ->type_name("ID");
    }

    Inputs inputs(Invocation const& invocation) const {
        Inputs inputs{.environment = invocation.environment};
        if (app->get_option("--config")->count() > 0) inputs.config_file = config_file;
        for (auto const& setting : settings_table()) {
            auto const* const option = app->get_option_no_throw(setting.flag());
            if (option == nullptr || option->count() == 0) continue;
            inputs.flags.emplace_back(setting.name, flags.at(setting.name));
        }
        return inputs;
    }
};

class CommandLine {
  public:
    CommandLine() : program_("DirectFanz: live streaming from an encoder to browsers.") {
        program_.name("directfanz");
        program_.require_subcommand(1);
        program_.set_version_flag("--version", version_text(), "Print the version");
        program_.set_help_all_flag("--help-all", "Help of all commands");
        program_.footer(
            footer("  directfanz serve --data ./data\n"
                   "  directfanz stream create --data ./data --title \"My show\"\n"
                   "  directfanz stream create --help"));
        add_serve();
        add_stream();
        add_config();
        add_cert();
        add_doctor();
        auto& version_command =
            add(program_, "version", "Print the version", "  directfanz version");
        version_command.action = [](auto const&, auto const&) {
            return fmt::format("{}\n", version_text());
        };
    }

    int run(Invocation const& invocation, std::ostream& out, std::ostream& err) {
        auto arguments = invocation.arguments;
        std::ranges::reverse(arguments);  // CLI11 takes them from the back
        try {
            program_.parse(std::move(arguments));
        } catch (CLI::ParseError const& e) {
            return program_.exit(e, out, err) == 0 ? kSucceeded : kMisused;
        }
        for (auto const& command : commands_) {
            if (command->app->parsed()) return execute(*command, invocation, out, err);
        }
        return kMisused;
    }

  private:
    static int execute(Command const& command, Invocation const& invocation, std::ostream& out,
                       std::ostream& err) {
        LoadedSettings loaded;
        if (command.app->get_option_no_throw("--config") != nullptr) {
            auto result = load_settings(command.inputs(invocation));
            if (!result) {
                err << "directfanz: " << describe(result.error()) << '\n';
                return kMisused;
            }
            loaded = std::move(*result);
        }
        auto const answer = command.action(command, loaded);
        if (!answer) {
            err << "directfanz: " << describe(answer.error()) << '\n';
            return kFailed;
        }
        out << *answer << std::flush;
        return out ? kSucceeded : kFailed;
    }

    Command& add(CLI::App& parent, std::string const& name, std::string const& help,
                 std::string_view examples) {
        auto& command = *commands_.emplace_back(std::make_unique<Command>());
        command.app = parent.add_subcommand(name, help);
        command.app->footer(footer(examples));
        return command;
    }

    void add_serve() {
        auto& serve_command = add(
            program_, "serve",
            "Run the platform. When it is ready, one line of JSON on standard output tells where "
            "it listens; logs go to standard error. SIGTERM or Ctrl-C ends it within 5 seconds, a "
            "second one at once.",
            "  directfanz serve --data ./data\n"
            "  directfanz serve --data /var/lib/directfanz --http 0.0.0.0:80 --rtmp 0.0.0.0:1935 "
            "\\\n"
            "      --public-url https://fans.example\n"
            "  DIRECTFANZ_LOG_FORMAT=json directfanz serve --config /etc/directfanz.toml");
        serve_command.add_settings(true);
        serve_command.action = [](auto const&,
                                  LoadedSettings const& loaded) -> Result<std::string> {
            auto const served = serve(loaded.settings);
            if (!served) return std::unexpected(served.error());
            return "";
        };
    }

    void add_stream() {
        auto& stream = *program_.add_subcommand("stream", "Create and manage streams");
        stream.require_subcommand(1);
        stream.footer(
            footer("  directfanz stream create --data ./data --title \"My show\" --json\n"
                   "  directfanz stream list --data ./data"));

        auto& create = add(stream, "create",
                           "Create a stream and show its key. Works whether or not a server runs.",
                           "  directfanz stream create --data ./data --title \"My show\"\n"
                           "  directfanz stream create --data ./data --title \"My show\" --json");
        create.app
            ->add_option("--title", create.stream.title, "What viewers see, 1 to 140 characters")
            ->required()
            ->type_name("TEXT");
        create.app
            ->add_option("--owner", create.stream.owner,
                         "Handle of the account that it belongs to; nobody's without one")
            ->type_name("HANDLE");
        create.app
            ->add_option("--visibility", create.stream.visibility,
                         "public, unlisted or followers [public]")
            ->type_name("WHO")
            ->check(CLI::IsMember({"public", "unlisted", "followers"}));
        create.app
            ->add_option("--auto-live", create.auto_live,
                         "Live as soon as media arrives; if off, a preview at first [on]")
            ->type_name("on|off")
            ->check(CLI::IsMember({"on", "off"}));
        create.add_json();
        create.add_settings(false);
        create.action = [](Command const& command, LoadedSettings const& loaded) {
            auto wanted = command.stream;
            wanted.auto_live = command.auto_live == "on";
            return create_stream(loaded, wanted, command.output());
        };

        auto& list = add(stream, "list", "List the streams, oldest first",
                         "  directfanz stream list --data ./data");
        list.add_json();
        list.add_settings(false);
        list.action = [](Command const& command, LoadedSettings const& loaded) {
            return list_streams(loaded, command.output());
        };

        auto& rotate = add(stream, "rotate-key", "Give a stream a new key in place of the old one",
                           "  directfanz stream rotate-key --data ./data 3f9k2m7q0xwz");
        rotate.add_id();
        rotate.add_json();
        rotate.add_settings(false);
        rotate.action = [](Command const& command, LoadedSettings const& loaded) {
            return rotate_stream_key(loaded, command.id, command.output());
        };

        auto& remove = add(stream, "delete", "Delete a stream and its key",
                           "  directfanz stream delete --data ./data 3f9k2m7q0xwz");
        remove.add_id();
        remove.add_json();
        remove.add_settings(false);
        remove.action = [](Command const& command, LoadedSettings const& loaded) {
            return delete_stream(loaded, command.id, command.output());
        };
    }

    void add_config() {
        auto& config = *program_.add_subcommand("config", "Show settings");
        config.require_subcommand(1);
        config.footer(
            footer("  directfanz config example > directfanz.toml\n"
                   "  directfanz config show --config directfanz.toml"));

        auto& show = add(config, "show", "Show every setting in force, and where it came from",
                         "  directfanz config show --config directfanz.toml");
        show.add_settings(true);
        show.action = [](auto const&, LoadedSettings const& loaded) { return show_config(loaded); };

        auto& example = add(config, "example", "Print a configuration file with every setting",
                            "  directfanz config example > directfanz.toml");
        example.action = [](auto const&, auto const&) { return example_config(); };
    }

    void add_doctor() {
        auto& doctor =
            add(program_, "doctor",
                "Show what this machine has: kernel features, encoders that really encode, free "
                "ports, the data folder",
                "  directfanz doctor\n"
                "  directfanz doctor --config directfanz.toml");
        doctor.add_settings(true);
        doctor.action = [](auto const&, LoadedSettings const& loaded) { return examine(loaded); };
    }

    void add_cert() {
        auto& cert = *program_.add_subcommand("cert", "Make TLS certificates");
        cert.require_subcommand(1);
        cert.footer(footer("  directfanz cert self-signed --out ./tls"));

        auto& self_signed =
            add(cert, "self-signed",
                "Write cert.pem and key.pem for trying TLS out, and show how to serve with them",
                "  directfanz cert self-signed --out ./tls\n"
                "  directfanz cert self-signed --out ./tls --name fans.example --name 192.0.2.7");
        auto const order = std::make_shared<SelfSignedOrder>();
        auto const days = std::make_shared<int>(static_cast<int>(order->lifetime.count()));
        self_signed.app->add_option("--out", order->folder, "Folder for both files")
            ->required()
            ->type_name("FOLDER");
        self_signed.app
            ->add_option("--name", order->names,
                         "A host name or an address that it is for; may be repeated "
                         "[localhost 127.0.0.1 ::1]")
            ->type_name("HOST");
        self_signed.app
            ->add_option("--days", *days, fmt::format("How long it is valid [{}]", *days))
            ->check(CLI::Range(1, 3650))
            ->type_name("NUMBER");
        self_signed.app->add_flag("--force", order->force, "Replace files that are there");
        self_signed.action = [order, days](auto const&, auto const&) {
            order->lifetime = std::chrono::days(*days);
            return make_certificate(*order);
        };
    }

    CLI::App program_;
    std::vector<std::unique_ptr<Command>> commands_;
};

}  // namespace

int run(Invocation const& invocation, std::ostream& out, std::ostream& err) {
    return CommandLine().run(invocation, out, err);
}

}  // namespace directfanz::app
