#include "pulsar/report/json.hpp"

#include "pulsar/cli/text.hpp"

#include <boost/json/serialize.hpp>
#include <boost/json/string.hpp>

#include <array>
#include <charconv>

namespace pulsar::report {
namespace {

/// Not Boost.JSON's, which writes every floating-point number with an exponent: `4.123456E5`.
std::string number(double value, int most_decimals) {
    std::array<char, 400> digits;
    const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), value,
                                   std::chars_format::fixed, most_decimals);
    std::string text(digits.data(), end.ptr);
    text.erase(text.find_last_not_of('0') + 1);
    if (text.ends_with('.')) text.pop_back();
    return text;
}

std::string number(std::uint64_t value) {
    return std::to_string(value);
}

std::string seconds(double value) {
    return number(value, 9);
}

std::string microseconds(std::chrono::nanoseconds value) {
    return number(static_cast<double>(value.count()) / 1000, 3);
}

/// Bytes that are not UTF-8, which JSON cannot hold, are escaped as in the log.
std::string string(std::string_view bytes) {
    if (!cli::is_utf8(bytes)) return string(cli::escaped(bytes));
    return boost::json::serialize(boost::json::string(bytes.data(), bytes.size()));
}

/// Members in the order in which they are added, each a value in JSON.
class object {
  public:
    object& add(std::string_view key, std::string_view value) {
        text_ += (text_.empty() ? '{' : ',') + string(key) + ':';
        text_ += value;
        return *this;
    }
    std::string text() const { return text_ + '}'; }

  private:
    std::string text_;
};

class array {
  public:
    void add(std::string_view value) { text_.append(text_.empty() ? "[" : ",").append(value); }
    std::string text() const { return text_.empty() ? "[]" : text_ + ']'; }

  private:
    std::string text_;
};

std::string latency(const bench::histogram& measured) {
    object summary;
    const auto add = [&](std::string_view key, std::chrono::nanoseconds value) {
        summary.add(key, measured.count() > 0 ? microseconds(value) : "null");
    };
    add("min", measured.min());
    add("mean", measured.mean());
    add("p50", measured.percentile(50));
    add("p90", measured.percentile(90));
    add("p99", measured.percentile(99));
    add("p99_9", measured.percentile(99.9));
    add("p99_99", measured.percentile(99.99));
    add("max", measured.max());
    return summary.text();
}

/// The counts by their kinds, of which `count` picks each by its number.
std::string by_kind(auto count, std::uint64_t total) {
    object kinds;
    for (std::size_t i = 0; i < bench::failure_names.size(); ++i)
        kinds.add(bench::failure_names.at(i), number(count(i)));
    return kinds.add("total", number(total)).text();
}

std::string errors_object(const bench::result& measured) {
    return by_kind([&](std::size_t i) { return measured.failures.at(i).connections; },
                   measured.failed_connections());
}

std::string reconnect_object(const bench::interruptions& measured) {
    const auto outages = object()
                             .add("count", number(measured.outages))
                             .add("longest_s", seconds(measured.longest_outage_s))
                             .add("sum_s", seconds(measured.outage_s))
                             .text();
    return object()
        .add("disconnects", by_kind([&](std::size_t i) { return measured.disconnects.at(i); },
                                    measured.total_disconnects()))
        .add("resent_frames", number(measured.resent_frames))
        .add("outages", outages)
        .text();
}

std::string series(const bench::result& measured) {
    const bool again = measured.reconnect.has_value();
    array seconds_of_run;
    for (const auto& each : measured.series) {
        const bool any = each.frames > 0;
        seconds_of_run.add(object()
                               .add("t_s", seconds(each.t_s))
                               .add("frames", number(each.frames))
                               .add("p50_us", any ? number(each.p50_us, 3) : "null")
                               .add("p99_us", any ? number(each.p99_us, 3) : "null")
                               .add("disconnects", again ? number(each.disconnects) : "null")
                               .add("outage_s", again ? seconds(each.outage_s) : "null")
                               .text());
    }
    return seconds_of_run.text();
}

std::string buckets(const bench::histogram& measured) {
    array occupied;
    for (std::size_t i = 0; i < bench::histogram::bucket_count; ++i) {
        const auto bucket = measured.at(i);
        if (bucket.count == 0) continue;
        occupied.add(object()
                         .add("from_us", microseconds(bucket.from))
                         .add("to_us", microseconds(bucket.to))
                         .add("count", number(bucket.count))
                         .text());
    }
    return occupied.text();
}

}  // namespace

std::string to_json(const bench::result& measured) {
    return object()
        .add("address", string(measured.address))
        .add("mode", string(to_string(measured.mode)))
        .add("connections", number(measured.connections))
        .add("pipeline", number(measured.pipeline))
        .add("frame_size", string(to_string(measured.frame_size)))
        .add("rate", measured.rate ? number(*measured.rate) : "null")
        .add("threads", number(measured.threads))
        .add("warmup_s", seconds(measured.warmup_s))
        .add("duration_s", seconds(measured.duration_s))
        .add("frames", number(measured.frames))
        .add("frames_per_s", number(measured.frames_per_s(), 3))
        .add("mib_per_s", number(measured.mib_per_s(), 6))
        .add("payload_bytes", number(measured.payload_bytes))
        .add("latency_us", latency(measured.latency))
        .add("heartbeats", number(measured.heartbeats))
        .add("errors", errors_object(measured))
        .add("lost_frames", number(measured.lost_frames))
        .add("unsent_frames", number(measured.unsent_frames))
        .add("reconnect", measured.reconnect ? reconnect_object(*measured.reconnect) : "null")
        .add("series", series(measured))
        .add("histogram", buckets(measured.latency))
        .text();
}

}  // namespace pulsar::report
