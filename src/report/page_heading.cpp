#include "page_heading.hpp"

#include "html_text.hpp"
#include "metrics.hpp"
#include "pulsar/report/format.hpp"

namespace pulsar::report {
namespace {

std::string plural(std::uint64_t count, std::string_view noun, std::string_view verb) {
    return counted(count, noun).append(" ").append(verb);
}

std::string facts(const bench::result& of) {
    const auto time = rounded_text(of.duration_s) + " s";
    auto text = counted(of.connections, "connection");
    if (of.mode == bench::mode::idle) return text + " held for " + time;
    if (of.mode == bench::mode::echo) text += ", " + grouped(of.pipeline) + " in flight on each";
    if (of.mode == bench::mode::churn) text += " at a time, one frame on each";
    if (of.mode == bench::mode::halfclose)
        text += " at a time, " + counted(of.pipeline, "frame") + " and then FIN on each";
    text += ", " + to_string(of.frame_size);
    text += of.framing == bench::framing::none ? " frames without headers, " : " frames, ";
    text += of.rate ? grouped(*of.rate) + " a second wanted" : "no limit to the rate";
    return text + ", " + time;
}

std::string faults(const bench::result& of) {
    std::string text;
    if (of.mode != bench::mode::idle && of.frames == 0) text += "No frame was echoed. ";
    if (const auto failed = of.failed_connections(); failed > 0)
        text += plural(failed, "connection", "failed. ");
    if (of.lost_frames > 0)
        text += plural(of.lost_frames, "frame", of.lost_frames == 1 ? "was lost. " : "were lost. ");
    return text;
}

std::string verdict(const bench::result& of) {
    auto text = faults(of);
    const std::string kind = text.empty() ? "verdict good" : "verdict bad";
    if (text.empty()) {
        const bool interrupted = of.reconnect && of.reconnect->total_disconnects() > 0;
        const auto* const held =
            interrupted ? "Every connection was made again. " : "Every connection stayed. ";
        text = of.mode == bench::mode::idle ? held : "Every frame came back, byte for byte. ";
    }
    if (of.reconnect && of.reconnect->outages > 0) {
        text += counted(of.reconnect->outages, "outage") + ", the longest " +
                rounded_text(of.reconnect->longest_outage_s) + "&nbsp;s. ";
    }
    if (of.unsent_frames > 0)
        text += plural(of.unsent_frames, "frame", "could not be sent at the rate. ");
    text.pop_back();
    return "<p class=\"" + kind + "\">" + text + "</p>\n";
}

std::string warning(const bench::result& of) {
    if (!of.generator_limited()) return {};
    auto text =
        "pulsar-bench itself was the limit, and perhaps not the server: its busiest thread "
        "took " +
        amount_text(of.busiest_thread * 100, 0) + " % of a CPU";
    if (of.send_lag) {
        text += ", and of the frames that were due, 1 % went out later than " +
                rounded_text(of.send_lag->p99_us / 1000) + "&nbsp;ms";
    }
    return "<p class=\"verdict warning\">" + text + ".</p>\n";
}

std::string figure(std::string_view name, const std::string& value, std::string_view unit = {},
                   bool bad = false) {
    auto out = std::string(bad ? "<div class=\"bad\">" : "<div>");
    out.append("<dt>").append(name).append("</dt><dd>").append(value);
    if (!unit.empty()) out.append(" <small>").append(unit).append("</small>");
    return out + "</dd></div>\n";
}

std::string latency_figure(const metric& latency, const bench::result& of) {
    const auto ms = latency.shown(of);
    return ms ? figure(latency.name, rounded_text(*ms), "ms") : figure(latency.name, "n/a");
}

std::string figures(const bench::result& of) {
    std::string out = "<dl class=\"figures\">\n";
    if (of.mode == bench::mode::idle) {
        out += figure("connections", grouped(of.connections));
        out += figure("heartbeats", grouped(of.heartbeats));
        out += figure("duration", rounded_text(of.duration_s), "s");
    } else {
        out += figure("frames/s", rounded_text(of.frames_per_s()));
        out += figure("MiB/s", rounded_text(of.mib_per_s()));
        out += latency_figure(metric_named("p50"), of);
        out += latency_figure(metric_named("p99"), of);
        out += latency_figure(metric_named("max"), of);
    }
    const auto errors = of.failed_connections();
    return out + figure("errors", grouped(errors), {}, errors > 0) + "</dl>\n";
}

}  // namespace

std::string page_heading(const bench::result& of) {
    constexpr std::size_t longest_large = 60;
    const auto* const heading = of.address.size() > longest_large ? "<h1 class=\"long\">" : "<h1>";
    return "<header>\n<p class=\"kind\">pulsar-bench <span>" + std::string(to_string(of.mode)) +
           "</span></p>\n" + heading + address_text(of.address) + "</h1>\n<p>" + facts(of) +
           "</p>\n" + verdict(of) + warning(of) + figures(of) + "</header>\n";
}

}  // namespace pulsar::report
