#include "chart.hpp"

#include <array>
#include <charconv>
#include <cmath>
#include <ranges>
#include <utility>

namespace pulsar::report {
namespace {

struct frame {
    double width;
    double height;
    double left;
    double right;
    double top;
    double bottom;
};

frame frame_of(chart_width as) {
    if (as == chart_width::wide) return {848, 328, 72, 96, 42, 30};
    return {384, 288, 62, 62, 42, 30};
}

/// To a tenth of a pixel.
std::string pixels_text(double pixels) {
    const double tenths = std::round(pixels * 10);
    std::array<char, 64> digits;
    const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), tenths / 10);
    return {digits.data(), end.ptr};
}

std::string attribute(std::string_view name, std::string_view value) {
    return std::string(" ").append(name).append("=\"").append(value).append("\"");
}

std::string attribute(std::string_view name, double pixels) {
    return attribute(name, pixels_text(pixels));
}

std::string_view name_of(chart::anchor where) {
    if (where == chart::anchor::start) return "start";
    return where == chart::anchor::middle ? "middle" : "end";
}

}  // namespace

chart::chart(std::string_view id, chart_width as, std::string_view title,
             std::string_view description)
    : width_(as) {
    const auto size = frame_of(as);
    const auto name = std::string(id) + (as == chart_width::wide ? "-wide" : "-narrow");
    head_ =
        "<svg" + attribute("class", as == chart_width::wide ? "wide" : "narrow") +
        attribute("viewBox", "0 0 " + pixels_text(size.width) + ' ' + pixels_text(size.height)) +
        attribute("role", "img") + attribute("aria-labelledby", name + "-title " + name + "-desc") +
        ">\n<title" + attribute("id", name + "-title") + '>';
    head_.append(title).append("</title>\n<desc").append(attribute("id", name + "-desc"));
    head_.append(">").append(description).append("</desc>\n");
}

range chart::horizontal() const {
    const auto size = frame_of(width_);
    return {size.left, size.width - size.right};
}

range chart::vertical() const {
    const auto size = frame_of(width_);
    return {size.height - size.bottom, size.top};
}

double chart::letter_width() const {
    return width_ == chart_width::wide ? 7.4 : 6.8;
}

void chart::horizontal_grid(const chart_axis& y, const std::vector<tick>& ticks) {
    const auto [left, right] = horizontal();
    for (const auto& one : ticks) {
        const double at = y.at(one.value);
        line("grid", {{left, at}, {right, at}});
        text("tick", {left - 8, at + 4}, anchor::end, one.label);
    }
}

void chart::vertical_grid(const chart_axis& x, const std::vector<tick>& ticks) {
    const auto [bottom, top] = vertical();
    line("base", {{horizontal().from, bottom}, {horizontal().to, bottom}});
    double free_until = frame_of(width_).width;
    for (const auto& one : std::views::reverse(ticks)) {
        const double at = x.at(one.value);
        line("grid", {{at, bottom}, {at, top}});
        const double half = static_cast<double>(one.label.size()) * letter_width() / 2;
        if (at + half > free_until) continue;
        text("tick", {at, bottom + 19}, anchor::middle, one.label);
        free_until = at - half - letter_width();
    }
}

void chart::axis_title(std::string_view words) {
    text("unit", {0, 12}, anchor::start, words);
}

void chart::path(std::string_view kind, const std::vector<point>& points, std::string_view end) {
    std::string steps;
    std::string last_x;
    std::string last_y;
    for (const auto& [x, y] : points) {
        auto here_x = pixels_text(x);
        auto here_y = pixels_text(y);
        if (steps.empty()) {
            steps.append("M").append(here_x).append(" ").append(here_y);
        } else if (here_x != last_x && here_y != last_y) {
            steps.append("L").append(here_x).append(" ").append(here_y);
        } else if (here_x != last_x) {
            steps.append("H").append(here_x);
        } else if (here_y != last_y) {
            steps.append("V").append(here_y);
        }
        last_x = std::move(here_x);
        last_y = std::move(here_y);
    }
    body_ += "<path" + attribute("class", kind) + attribute("d", steps.append(end)) + "/>\n";
}

void chart::line(std::string_view kind, const std::vector<point>& points) {
    path(kind, points, "");
}

void chart::area(std::string_view kind, const std::vector<point>& outline) {
    path(kind, outline, "Z");
}

void chart::dot(std::string_view kind, point at) {
    body_ += "<circle" + attribute("class", kind) + attribute("cx", at.x) + attribute("cy", at.y) +
             attribute("r", width_ == chart_width::wide ? "3.5" : "3") + "/>\n";
}

void chart::text(std::string_view kind, point at, anchor where, std::string_view words) {
    body_ += "<text" + attribute("class", kind) + attribute("x", at.x) + attribute("y", at.y) +
             attribute("text-anchor", name_of(where)) + '>';
    body_.append(words).append("</text>\n");
}

std::string chart::svg() const {
    return head_ + body_ + "</svg>\n";
}

}  // namespace pulsar::report
