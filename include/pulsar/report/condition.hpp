#pragma once

#include "pulsar/bench/result.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace pulsar::report {

struct metric;

/// A metric, an operator and a value, `p99>10ms`, that a good result does not meet.
class condition {
  public:
    enum class kind : std::uint8_t {
        value,  ///< of one result
        ratio,  ///< of the second of two to the first: `p99>1.2x`
    };

    /// Throws std::runtime_error that says what is accepted.
    condition(std::string_view text, kind of);

    /// Why it holds, in one printable line that begins with the condition; none: it does not hold.
    /// It holds for a metric that a run does not have. The first is for the kind `value`, the
    /// second for a `ratio`, which is B/A.
    std::optional<std::string> finding(const bench::result& run) const;
    std::optional<std::string> finding(const bench::result& a, const bench::result& b) const;

  private:
    struct relation;  // what an operator asks

    static const relation& relation_in(std::string_view text);  ///< at its beginning

    /// As few as show that it holds: `max>100ms` for 100.0004 ms does not say "max is 100 ms".
    int decimals_of(double measured, double unit) const;

    std::string text_;
    const metric* metric_;
    const relation* relation_;
    double limit_ = 0;  ///< times in nanoseconds
};

}  // namespace pulsar::report
