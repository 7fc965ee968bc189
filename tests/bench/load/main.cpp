// The load for the benches. One thread; its own figures are printed, so that a run in which the
// load was the bottleneck can be told.

#include "load/commands.hpp"

#include <exception>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

namespace {

using namespace directfanz::load;

void add_media(CLI::App& command, MediaOptions& media) {
    command.add_option("--flv", media.flv, "What is published")->required();
    command.add_option("--length", media.length,
                       "Milliseconds of it that are sent again and again");
}

}  // namespace

int main(int argc, char** argv) {
    CLI::App app("Load for the benches");
    app.require_subcommand(1);

    PublishOptions publish_options;
    std::string server;
    auto& publish_command = *app.add_subcommand("publish", "Publishers");
    publish_command.add_option("--server", server, "HOST:PORT")->required();
    add_media(publish_command, publish_options.media);
    publish_command.add_option("--seconds", publish_options.seconds, "0 is until SIGTERM");
    publish_command.add_option("paths", publish_options.paths, "APP/KEY...")->required();

    ViewOptions view_options;
    auto& view_command = *app.add_subcommand("view", "LL-HLS viewers");
    view_command.add_option("--server", server, "HOST:PORT")->required();
    view_command.add_option("--path", view_options.path, "The multivariant playlist")->required();
    view_command.add_option("--viewers", view_options.viewers)->required();
    view_command.add_flag("--http2", view_options.http2, "One connection a viewer");
    view_command.add_flag("--tls", view_options.tls, "Any certificate will do");
    view_command.add_option("--ramp", view_options.ramp, "Seconds in which they come");
    view_command.add_option("--settle", view_options.settle, "Seconds before the measured ones");
    view_command.add_option("--seconds", view_options.seconds, "Seconds that are measured");

    LatencyOptions latency_options;
    std::string rtmp;
    auto& latency_command = *app.add_subcommand("latency", "One publisher and one viewer");
    latency_command.add_option("--rtmp", rtmp, "HOST:PORT")->required();
    latency_command.add_option("--http", server, "HOST:PORT")->required();
    add_media(latency_command, latency_options.media);
    latency_command.add_option("--publish", latency_options.publish_path, "APP/KEY")->required();
    latency_command.add_option("--view", latency_options.view_path, "The multivariant playlist")
        ->required();
    latency_command.add_option("--settle", latency_options.settle);
    latency_command.add_option("--seconds", latency_options.seconds);

    CLI11_PARSE(app, argc, argv);
    try {
        raise_descriptor_limit();
        auto const address = Address::parse(server);
        if (publish_command.parsed()) {
            publish_options.server = address;
            return publish(publish_options);
        }
        if (view_command.parsed()) {
            view_options.server = address;
            return view(view_options);
        }
        latency_options.http = address;
        latency_options.rtmp = Address::parse(rtmp);
        return measure_latency(latency_options);
    } catch (std::exception const& e) {
        fmt::print(stderr, "Failed: {}\n", e.what());
        return 1;
    }
}
