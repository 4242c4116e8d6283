#pragma once

#include "chart_axis.hpp"

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace pulsar::report {

/// A drawing for wide windows and one for narrow ones: a page without script cannot lay out its
/// labels anew, and scaled down they could not be read.
enum class chart_width { wide, narrow };

constexpr double line_height = 15;  // of words, in pixels

struct point {
    double x;
    double y;
};

/// An SVG element in the making. All numbers are pixels; `kind` is a class of the style sheet, and
/// words are text of a page already.
class chart {
  public:
    enum class anchor { start, middle, end };

    /// `id` is unique in the page. A screen reader reads the title and the description.
    chart(std::string_view id, chart_width as, std::string_view title,
          std::string_view description);

    chart_width width() const noexcept { return width_; }
    /// Where values are drawn; the vertical one ascends from the bottom.
    range horizontal() const;
    range vertical() const;
    double letter_width() const;

    void horizontal_grid(const chart_axis& y, const std::vector<tick>& ticks);
    /// Leaves out labels that would touch the one to their right.
    void vertical_grid(const chart_axis& x, const std::vector<tick>& ticks);
    /// Words above the vertical axis.
    void axis_title(std::string_view words);

    void line(std::string_view kind, const std::vector<point>& points);
    void area(std::string_view kind, const std::vector<point>& outline);
    void dot(std::string_view kind, point at);
    void text(std::string_view kind, point at, anchor where, std::string_view words);

    std::string svg() const;

  private:
    void path(std::string_view kind, const std::vector<point>& points, std::string_view end);

    chart_width width_;
    std::string head_;
    std::string body_;
};

}  // namespace pulsar::report
