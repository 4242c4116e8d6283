#include "plot.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <fmt/format.h>
#include <iterator>
#include <ranges>

namespace pulsar::report {
namespace {

/// All in pixels.
struct sheet {
    std::string_view name;
    double width;
    double height;
    double left;
    double right;
    double letter;
    double dot;
    double top = 42;
    double bottom = 30;
};
constexpr sheet wide{"wide", 848, 328, 72, 96, 7.4, 3.5};
constexpr sheet narrow{"narrow", 384, 288, 62, 62, 6.8, 3};

constexpr double line_height = 15;

struct point {
    double x;
    double y;
};

/// To a tenth of a pixel.
double rounded(double pixels) {
    return std::round(pixels * 10) / 10;
}

/// A plot on a sheet of its size.
class canvas {
  public:
    canvas(const plot& of, const sheet& on) : of_(of), on_(on) {}

    std::string svg() const;

  private:
    double x(double value) const {
        return on_.left + of_.x.position(value) * (on_.width - on_.left - on_.right);
    }
    double y(double value) const { return bottom() - of_.y.position(value) * (bottom() - on_.top); }
    bool is_narrow() const { return &on_ == &narrow; }
    double bottom() const { return on_.height - on_.bottom; }
    double right() const { return on_.width - on_.right; }

    std::string grid() const;
    std::string shape(const plot::shape& of) const;
    std::string outline(const plot::shape& of) const;
    std::string mark(const plot::mark& of) const;
    std::string margin() const;

    const plot& of_;
    const sheet& on_;
};

std::string line(std::string_view kind, point from, point to) {
    return fmt::format("<path class=\"{}\" d=\"M{} {}L{} {}\"/>\n", kind, rounded(from.x),
                       rounded(from.y), rounded(to.x), rounded(to.y));
}

std::string text(std::string_view kind, point at, std::string_view anchor, std::string_view words) {
    if (words.empty()) return {};
    return fmt::format("<text class=\"{}\" x=\"{}\" y=\"{}\" text-anchor=\"{}\">{}</text>\n", kind,
                       rounded(at.x), rounded(at.y), anchor, words);
}

/// Leaves out labels that would touch the one to their right.
std::string canvas::grid() const {
    std::string out;
    for (const auto& [value, label, crowded] : of_.y.ticks) {
        out += line("grid", {on_.left, y(value)}, {right(), y(value)});
        out += text("tick", {on_.left - 8, y(value) + 4}, "end", label);
    }
    out += line("base", {on_.left, bottom()}, {right(), bottom()});
    double free_until = on_.width;
    for (const auto& [value, label, crowded] : std::views::reverse(of_.x.ticks)) {
        const double at = x(value);
        out += line("grid", {at, bottom()}, {at, on_.top});
        const double half = static_cast<double>(label.size()) * on_.letter / 2;
        if ((crowded && is_narrow()) || at + half > free_until) continue;
        out += text("tick", {at, bottom() + 19}, "middle", label);
        free_until = at - half - on_.letter;
    }
    return out;
}

/// Only horizontal and vertical strokes. Leaves out steps that nobody could see.
std::string canvas::outline(const plot::shape& of) const {
    constexpr double visible = 0.5;
    std::string out;
    for (auto step = of.steps.begin(); step != of.steps.end();) {
        const auto first = step;
        point corner{x(step->from), y(step->value)};
        out += fmt::format("M{} {}", rounded(corner.x), rounded(corner.y));
        for (++step; step != of.steps.end() && step->from == std::prev(step)->to; ++step) {
            const point next{x(step->from), y(step->value)};
            if (std::abs(next.x - corner.x) + std::abs(next.y - corner.y) < visible) continue;
            if (rounded(next.y) == rounded(corner.y)) continue;
            out += fmt::format("H{}V{}", rounded(next.x), rounded(next.y));
            corner = next;
        }
        auto back = std::prev(step);
        out += fmt::format("H{}", rounded(x(back->to)));
        if (of.as == plot::shape::form::line) continue;
        out += fmt::format("V{}", rounded(y(back->base)));
        for (; back != first; --back) {
            const auto next = std::prev(back);
            if (rounded(y(next->base)) == rounded(y(back->base))) continue;
            out += fmt::format("H{}V{}", rounded(x(back->from)), rounded(y(next->base)));
        }
        out += fmt::format("H{}Z", rounded(x(first->from)));
    }
    return out;
}

std::string canvas::shape(const plot::shape& of) const {
    if (of.steps.empty()) return {};
    return fmt::format("<path class=\"{}\" d=\"{}\"/>\n", of.kind, outline(of));
}

std::string canvas::mark(const plot::mark& of) const {
    using enum plot::mark::place;
    if (of.at == margin) return {};
    const point at{x(of.x), y(of.y)};
    auto out = fmt::format("<circle class=\"dot\" cx=\"{}\" cy=\"{}\" r=\"{}\"/>\n", rounded(at.x),
                           rounded(at.y), on_.dot);
    if (of.crowded && is_narrow()) return out;
    const auto* const anchor = of.at == above_left ? "end" : "start";
    const double beside = of.at == above_left ? at.x - 6 : at.x + 6;
    const double baseline = of.at == below_right ? at.y + 33 : at.y - 8;
    return out + text("name", {beside, baseline - line_height}, anchor, of.name) +
           text("value", {beside, baseline}, anchor, of.value);
}

/// Moves words apart where they would overlap, and up where they would stand below the plot.
std::string canvas::margin() const {
    struct words {
        const plot::mark* of;
        double y;
        double height;
    };
    std::vector<words> all;
    for (const auto& mark : of_.marks) {
        const bool two_lines = !mark.value.empty();
        if (mark.at == plot::mark::place::margin)
            all.push_back({&mark, y(mark.y), two_lines ? 2 * line_height + 3 : line_height});
    }
    std::ranges::sort(all, {}, &words::y);
    for (std::size_t i = 1; i < all.size(); ++i)
        all[i].y += std::max(0.0, all[i - 1].y + all[i - 1].height - all[i].y) / 2;
    std::string out;
    double below = bottom() + line_height;
    for (const auto& one : std::views::reverse(all)) {
        const double at = std::min(one.y, below - one.height);
        out += text("name", {right() + 10, at + 4}, "start", one.of->name);
        out += text("value", {right() + 10, at + 4 + line_height}, "start", one.of->value);
        below = at;
    }
    return out;
}

std::string canvas::svg() const {
    const auto name = fmt::format("{}-{}", of_.id, on_.name);
    auto out = fmt::format(
        "<svg class=\"{}\" viewBox=\"0 0 {} {}\" role=\"img\" aria-labelledby=\"{}-title "
        "{}-desc\">\n<title id=\"{}-title\">{}</title>\n<desc id=\"{}-desc\">{}</desc>\n",
        on_.name, on_.width, on_.height, name, name, name, of_.title, name, of_.description);
    out += text("unit", {0, 12}, "start", of_.unit) + grid();
    for (const auto& each : of_.shapes)
        out += shape(each);
    for (const auto& each : of_.marks)
        out += mark(each);
    return out + margin() + "</svg>\n";
}

}  // namespace

std::string figure_element(const plot& of) {
    return "<figure>\n" + canvas(of, wide).svg() + canvas(of, narrow).svg() + "</figure>\n";
}

}  // namespace pulsar::report
