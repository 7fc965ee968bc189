#pragma once

#include "base/clock.hpp"
#include "base/log.hpp"
#include "media/transcode/ladder.hpp"
#include "system/http/client_address.hpp"

#include <cstddef>
#include <filesystem>
#include <string>

namespace directfanz::app {

/// What an operator can set. The values here are the defaults; names, help and limits stand in
/// settings_table.cpp.
struct Settings {
    std::filesystem::path data = "data";
    std::string http = "127.0.0.1:8080";
    std::string rtmp = "127.0.0.1:1935";
    /// Empty: off.
    std::string https;
    std::string rtmps;
    std::string metrics;
    /// PEM.
    std::filesystem::path tls_certificate;
    std::filesystem::path tls_key;
    bool redirect_to_https = false;
    /// 0: browsers are told nothing.
    milliseconds hsts{0};
    /// Empty: the pages that were built beside the program.
    std::filesystem::path web;
    /// "https://fans.example", or empty.
    std::string public_url;
    /// 0: one a core.
    std::size_t threads = 0;

    /// Empty: SQLite in the data folder. As db::check_postgres_url() takes it; may hold a password.
    std::string database_url;

    /// As pages and mails call it.
    std::string site_name = "DirectFanz";
    /// Creators are approved by an administrator; otherwise whoever wants to is one.
    bool creators_by_approval = false;

    /// Empty: mail goes into a folder. As mail::check_smtp_url() takes it.
    std::string mail_smtp;
    std::string mail_user;
    std::filesystem::path mail_password_file;
    /// As mail::parse_sender() takes it.
    std::string mail_from = "DirectFanz <no-reply@localhost>";
    bool mail_plain = false;

    /// Empty: no country is known.
    std::filesystem::path geo_country_database;

    bool webhooks_private_addresses = false;

    log::Level log_level = log::Level::info;
    log::Format log_format = log::Format::text;

    milliseconds rtmp_idle{30'000};
    milliseconds rtmp_handshake{10'000};
    std::size_t rtmp_waiting_per_address = 100;

    /// As io::AddressSet reads it.
    std::string trusted_proxies;
    http::ForwardedHeader forwarded_header = http::ForwardedHeader::x_forwarded_for;

    milliseconds takeover_silence{3'000};
    milliseconds grace{60'000};
    milliseconds part_duration{250};
    milliseconds segment_duration{2'000};
    milliseconds longest_target_duration{6'000};
    milliseconds window{24'000};
    milliseconds retention{120'000};

    /// On, off, or on where the worker program is found.
    enum class Transcode { automatic, on, off };
    Transcode transcode = Transcode::automatic;
    /// As transcode::parse_ladder() reads it.
    std::string transcode_rungs = transcode::to_string(transcode::default_ladder());
    /// Empty: beside this program.
    std::filesystem::path transcode_worker;
    /// Broadcasts; 0: as many as the cores do.
    std::size_t transcode_most = 0;
    std::string transcode_encoder = "auto";
    /// In kbit/s; 0: none.
    std::size_t transcode_audio_only = 64;
    milliseconds transcode_thumbnails{5'000};
    /// In MB.
    std::size_t transcode_memory = 1'024;

    /// All limits of the API are so many times as high.
    std::size_t api_limits_times = 1;

    std::size_t key_failures = 10;
    milliseconds key_failure_window{60'000};
};

}  // namespace directfanz::app
