#include "line_format.hpp"

#include <spdlog/pattern_formatter.h>

#include <array>
#include <cstddef>
#include <string_view>
#include <utility>

namespace pulsar::log {
namespace {

using words = std::array<std::string_view, 5>;

constexpr words text_words{"TRACE", "DEBUG", "INFO ", "WARN ", "ERROR"};
/// Priorities of sd-daemon(3), which has none for traces.
constexpr words journal_words{"<7>", "<7>", "<6>", "<4>", "<3>"};
constexpr words json_words{"trace", "debug", "info", "warn", "error"};

/// `%*`: the level, in our words in place of spdlog's.
class level_flag final : public spdlog::custom_flag_formatter {
  public:
    explicit level_flag(const words& used) : words_(used) {}

    void format(const spdlog::details::log_msg& msg, const std::tm&,
                spdlog::memory_buf_t& out) override {
        const auto word = words_[static_cast<std::size_t>(msg.level)];
        out.append(word.data(), word.data() + word.size());
    }

    [[nodiscard]] std::unique_ptr<spdlog::custom_flag_formatter> clone() const override {
        return std::make_unique<level_flag>(words_);
    }

  private:
    const words& words_;
};

}  // namespace

std::unique_ptr<spdlog::formatter> make_formatter(layout as) {
    const auto made = [](const char* pattern, const words& levels) {
        spdlog::pattern_formatter::custom_flags flags;
        flags['*'] = std::make_unique<level_flag>(levels);
        return std::make_unique<spdlog::pattern_formatter>(pattern, spdlog::pattern_time_type::utc,
                                                           "\n", std::move(flags));
    };
    switch (as) {
        case layout::text:
            break;
        case layout::journal:
            return made("%*%n: %v", journal_words);
        case layout::json:
            return made(R"({"time":"%Y-%m-%dT%H:%M:%S.%fZ","level":"%*","module":"%n","msg":%v})",
                        json_words);
    }
    return made("%Y-%m-%dT%H:%M:%S.%fZ %* %n: %v", text_words);
}

}  // namespace pulsar::log
