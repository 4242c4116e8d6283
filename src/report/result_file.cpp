#include "pulsar/report/result_file.hpp"

#include "json_field.hpp"
#include "pulsar/cli/text.hpp"
#include "pulsar/report/page.hpp"

#include <boost/json.hpp>
#include <boost/system/error_code.hpp>

#include <array>
#include <cerrno>
#include <cstdio>
#include <limits>
#include <memory>
#include <optional>
#include <stdexcept>
#include <system_error>
#include <type_traits>

namespace pulsar::report {
namespace {

using namespace std::chrono_literals;

constexpr std::size_t largest_file = std::size_t{64} << 20;

struct file_closer {
    void operator()(std::FILE* file) const noexcept { std::fclose(file); }
};

std::string contents(const std::string& path) {
    const auto failure = [] { return std::runtime_error(std::generic_category().message(errno)); };
    const std::unique_ptr<std::FILE, file_closer> file(std::fopen(path.c_str(), "rbe"));
    if (file == nullptr) throw failure();
    std::string content;
    std::array<char, 65536> chunk;
    while (const auto size = std::fread(chunk.data(), 1, chunk.size(), file.get())) {
        content.append(chunk.data(), size);
        if (content.size() > largest_file) throw std::runtime_error("larger than 64 MiB");
    }
    if (std::ferror(file.get()) != 0) throw failure();
    return content;
}

/// The object alone, where the content is a page.
std::string_view json_in(std::string_view content) {
    const auto first = content.find_first_not_of(" \t\r\n");
    if (first == content.npos) throw std::runtime_error("empty");
    if (content[first] != '<') return content;
    const auto element = content.find(result_element);
    if (element == content.npos) throw std::runtime_error("a page without a result in it");
    const auto json = content.substr(element + result_element.size());
    return json.substr(0, json.find('<'));
}

boost::json::value parse(std::string_view text) {
    boost::system::error_code error;
    auto document = boost::json::parse({text.data(), text.size()}, error);
    if (error) throw std::runtime_error("not JSON: " + error.message());
    return document;
}

std::uint64_t count(const json_field& from) {
    return from.count(std::numeric_limits<std::uint64_t>::max());
}

template <typename Unsigned>
void assign(Unsigned& to, const json_field& from) {
    to = static_cast<Unsigned>(from.count(std::numeric_limits<Unsigned>::max()));
}

double read_seconds(const json_field& from) {
    return std::chrono::duration<double>(from.time(1s)).count();
}

/// What is null where no frame was counted.
double read_microseconds(const json_field& from, std::uint64_t frames) {
    if (frames == 0 && from.is_null()) return 0;
    return std::chrono::duration<double, std::micro>(from.time(1us)).count();
}

bench::mode mode_in(const json_field& from) {
    const auto value = bench::parse_mode(from.text());
    if (!value) throw from.expected("echo, idle or churn");
    return *value;
}

bench::size_range sizes_in(const json_field& from) {
    const auto sizes = bench::parse_size_range(from.text());
    if (!sizes) throw from.expected("a size or a range, as 64B or 64B-1KiB");
    return *sizes;
}

bench::second second_in(const json_field& from, bool reconnects) {
    bench::second read{.t_s = read_seconds(from["t_s"]), .frames = count(from["frames"])};
    read.p50_us = read_microseconds(from["p50_us"], read.frames);
    read.p99_us = read_microseconds(from["p99_us"], read.frames);
    if (!reconnects) return read;
    read.disconnects = count(from["disconnects"]);
    read.outage_s = read_seconds(from["outage_s"]);
    return read;
}

bench::interruptions interruptions_in(const json_field& from) {
    bench::interruptions read;
    const auto disconnects = from["disconnects"];
    for (std::size_t i = 0; i < bench::failure_names.size(); ++i)
        assign(read.disconnects.at(i), disconnects[bench::failure_names.at(i)]);
    count(disconnects["total"]);
    assign(read.resent_frames, from["resent_frames"]);
    const auto outages = from["outages"];
    assign(read.outages, outages["count"]);
    read.longest_outage_s = read_seconds(outages["longest_s"]);
    read.outage_s = read_seconds(outages["sum_s"]);
    return read;
}

/// What a reader of the file can rely on, although here it is computed again.
void check_derived(const json_field& from) {
    from["frames_per_s"].number();
    from["mib_per_s"].number();
    count(from["errors"]["total"]);
}

bench::histogram latency_in(const json_field& from) {
    constexpr auto most =
        std::numeric_limits<std::uint64_t>::max() / bench::histogram::bucket_count;
    bench::histogram latency;
    for (const auto& bucket : from["histogram"].items()) {
        bucket["to_us"].time(1us);
        latency.restore(bucket["from_us"].time(1us), bucket["count"].count(most));
    }
    const auto summary = from["latency_us"];
    const auto time = [&](std::string_view key) {
        const auto value = summary[key];
        return latency.count() == 0 && value.is_null() ? 0ns : value.time(1us);
    };
    for (const auto* const derived : {"p50", "p90", "p99", "p99_9", "p99_99"})
        time(derived);
    const auto min = time("min");
    const auto mean = time("mean");
    const auto max = time("max");
    if (mean < min || max < mean) throw summary.expected("min, mean and max in this order");
    latency.restore_extremes(min, max, mean);
    const bool overflow = latency.count() > 0 && latency.mean() != mean;
    if (overflow) throw from["histogram"].expected("fewer frames or a smaller mean");
    return latency;
}

bench::result result_in(const json_field& from) {
    bench::result read;
    read.address = from["address"].text();
    read.mode = mode_in(from["mode"]);
    assign(read.connections, from["connections"]);
    assign(read.pipeline, from["pipeline"]);
    read.frame_size = sizes_in(from["frame_size"]);
    if (const auto rate = from["rate"]; !rate.is_null()) read.rate = count(rate);
    assign(read.threads, from["threads"]);
    read.warmup_s = read_seconds(from["warmup_s"]);
    read.duration_s = read_seconds(from["duration_s"]);
    assign(read.frames, from["frames"]);
    assign(read.payload_bytes, from["payload_bytes"]);
    assign(read.lost_frames, from["lost_frames"]);
    assign(read.unsent_frames, from["unsent_frames"]);
    assign(read.heartbeats, from["heartbeats"]);
    for (std::size_t i = 0; i < bench::failure_names.size(); ++i)
        assign(read.failures.at(i).connections, from["errors"][bench::failure_names.at(i)]);
    // An earlier version did not write it.
    if (const auto reconnect = from.find("reconnect"))
        read.reconnect = interruptions_in(*reconnect);
    for (const auto& each : from["series"].items())
        read.series.push_back(second_in(each, read.reconnect.has_value()));
    read.latency = latency_in(from);
    check_derived(from);
    return read;
}

}  // namespace

bench::result read_result(const std::string& path) {
    try {
        const auto document = parse(json_in(contents(path)));
        return result_in(json_field(document));
    } catch (const std::runtime_error& error) {
        throw std::runtime_error(cli::escaped(path) + ": " + error.what());
    }
}

}  // namespace pulsar::report
