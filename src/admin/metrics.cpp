#include "pulsar/admin/metrics.hpp"

#include "pulsar/net/close_reason.hpp"
#include "pulsar/net/listener.hpp"
#include "pulsar/system/compiler.hpp"

#include <array>
#include <charconv>
#include <concepts>
#include <cstdint>
#include <cstring>
#include <map>
#include <string_view>

namespace pulsar::admin {

namespace {

void append(std::string& out, auto number) {
    std::array<char, 32> digits;
    out.append(digits.data(),
               std::to_chars(digits.data(), digits.data() + digits.size(), number).ptr);
}

/// Writes one metric after the other.
class exposition {
  public:
    struct label {
        std::string_view name;
        std::string_view value;
    };

    void begin(std::string_view name, std::string_view type, std::string_view help) {
        name_ = name;
        text_.append("# HELP ").append(name).append(" ").append(help);
        text_.append("\n# TYPE ").append(name).append(" ").append(type).append("\n");
    }

    void add(std::initializer_list<label> labels, auto value, std::string_view suffix = {}) {
        text_.append(name_).append(suffix);
        char before = '{';
        for (const auto& each : labels) {
            (text_ += before).append(each.name).append("=\"");
            append_value(each.value);
            text_ += '"';
            before = ',';
        }
        if (labels.size() > 0) text_ += '}';
        text_ += ' ';
        append(text_, value);
        text_ += '\n';
    }

    /// A metric of one value.
    void whole(std::string_view name, std::string_view type, std::string_view help, auto value) {
        begin(name, type, help);
        add({}, value);
    }

    std::string text() && { return std::move(text_); }

  private:
    void append_value(std::string_view value) {
        for (const char c : value) {
            if (c == '\n') {
                text_ += "\\n";
            } else {
                if (c == '\\' || c == '"') text_ += '\\';
                text_ += c;
            }
        }
    }

    std::string text_;
    std::string_view name_;
};

/// Sockets that were handed over may have an address in common, and a series occurs once.
struct connections {
    std::uint64_t open = 0;
    std::uint64_t opened = 0;
};

void add_listeners(exposition& out, const metrics& of) {
    std::map<std::string_view, connections> by_name;
    for (const auto* one : of.listeners) {
        auto& sum = by_name[one->name];
        sum.open += one->open;
        sum.opened += one->opened;
    }
    out.begin("pulsar_connections", "gauge", "Connections that are open.");
    for (const auto& [name, sum] : by_name)
        out.add({{"listener", name}}, sum.open);
    out.whole("pulsar_max_connections", "gauge", "The most connections at a time.",
              of.max_connections);
    out.begin("pulsar_connections_opened_total", "counter", "Connections accepted.");
    for (const auto& [name, sum] : by_name)
        out.add({{"listener", name}}, sum.opened);
    out.begin("pulsar_connections_refused_total", "counter", "Clients accepted and reset at once.");
    using refusal = net::listener::refusal;
    out.add({{"reason", name(refusal::max_connections)}}, of.totals.refused.max_connections);
    out.add({{"reason", name(refusal::out_of_memory)}}, of.totals.refused.out_of_memory);
}

/// Of all listeners, by errno.
void add_accept_errors(exposition& out, const metrics& of) {
    net::accept_failures sum;
    for (const auto* one : of.listeners) {
        for (const auto& [error, count] : one->failures.all())
            sum.count(error, count);
    }
    out.begin("pulsar_accept_errors_total", "counter", "Calls of accept that failed.");
    for (const auto& [error, count] : sum.all()) {
        const char* symbol = ::strerrorname_np(error);
        out.add({{"error", symbol == nullptr ? "unknown" : symbol}}, count);
    }
}

void add_lifetimes(exposition& out, const server::registry::lifetimes& lives) {
    out.begin("pulsar_connections_closed_total", "counter", "Connections that have ended.");
    for (std::size_t i = 0; i < lives.by_reason.size(); ++i)
        out.add({{"reason", name(static_cast<net::close_reason>(i))}}, lives.by_reason[i]);
    out.begin("pulsar_connection_duration_seconds", "histogram",
              "How long connections lasted that have ended.");
    std::uint64_t up_to_here = 0;
    for (std::size_t i = 0; i < lives.by_duration.size(); ++i) {
        up_to_here += lives.by_duration[i];
        std::string bound = "+Inf";
        if (i < lives.bounds.size()) append(bound = {}, lives.bounds[i]);
        out.add({{"le", bound}}, up_to_here, "_bucket");
    }
    out.add({}, lives.seconds, "_sum");
    out.add({}, up_to_here, "_count");
}

void add_traffic(exposition& out, const server::traffic_totals& totals) {
    out.whole("pulsar_frames_total", "counter", "Whole frames received.", totals.frames);
    out.whole("pulsar_received_bytes_total", "counter", "Bytes received.", totals.bytes_in);
    out.whole("pulsar_sent_bytes_total", "counter", "Bytes sent.", totals.bytes_out);
    out.whole("pulsar_heartbeats_total", "counter", "HEARTBEAT frames sent.", totals.heartbeats);
}

void add_process(exposition& out, const metrics::process& of) {
    out.whole("process_cpu_seconds_total", "counter", "User and system CPU time in seconds.",
              of.usage.cpu_seconds);
    out.whole("process_open_fds", "gauge", "Open file descriptors.", of.open_descriptors);
    out.whole("process_max_fds", "gauge", "The most open file descriptors.",
              of.usage.most_descriptors);
    out.whole("process_virtual_memory_bytes", "gauge", "Virtual memory in bytes.",
              of.usage.virtual_bytes);
    out.whole("process_resident_memory_bytes", "gauge", "Resident memory in bytes.",
              of.usage.resident_bytes);
    out.whole("process_start_time_seconds", "gauge", "Start of the process since 1970 in seconds.",
              of.usage.start_time);
}

}  // namespace

std::string metrics::text() const {
    exposition out;
    out.begin("pulsar_build_info", "gauge", "The program.");
    out.add({{"version", PULSAR_VERSION}, {"compiler", system::compiler()}}, 1);
    add_listeners(out, *this);
    add_lifetimes(out, lives);
    add_traffic(out, totals);
    add_accept_errors(out, *this);
    out.whole("pulsar_log_dropped_total", "counter", "Log events that were lost.", log_dropped);
    out.whole("pulsar_draining", "gauge", "1 from the first stop signal on.", stopping ? 1 : 0);
    if (of_process) add_process(out, *of_process);
    return std::move(out).text();
}

}  // namespace pulsar::admin
