#pragma once

#include "axis.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace pulsar::report {

/// What a plot shows, in the units of its axes. `kind` is a class of the style sheet; all words are
/// text of a page already.
struct plot {
    /// A value that holds from one x to another. An area goes from `base` to it.
    struct step {
        double from;
        double to;
        double value;
        double base;
    };

    /// A line, or an area, over the steps in the order of x. Where two do not touch, it has a gap.
    struct shape {
        enum class form { line, area };

        form as;
        std::string_view kind;
        std::vector<step> steps;
    };

    /// A dot, unless it is in the margin, with words beside it, if there are any.
    struct mark {
        enum class place { above_left, above_right, below_right, margin };

        double x;
        double y;
        place at;
        std::string name;
        std::string value;
        bool crowded = false;  ///< too close to its neighbours for words in a narrow drawing
    };

    std::string_view id;  ///< unique in the page
    std::string_view title;
    std::string note;         ///< what to know before reading it
    std::string description;  ///< for who cannot see it
    std::string_view unit;    ///< of y
    axis x;
    axis y;
    std::vector<shape> shapes;  ///< one over the other
    std::vector<mark> marks;
};

/// A figure with a drawing for wide windows and paper, and one for narrow windows: a page without
/// script cannot lay out its labels anew, and scaled down they could not be read.
std::string figure_element(const plot& of);

}  // namespace pulsar::report
