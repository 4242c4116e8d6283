#include "support/bench.hpp"

#include "support/text.hpp"

#include <boost/json/serialize.hpp>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <numeric>
#include <stdexcept>
#include <utility>

namespace pulsar::test {
namespace {

const boost::json::value& field(const event& from, std::string_view key) {
    const auto* found = from.if_contains({key.data(), key.size()});
    if (found) return *found;
    throw std::runtime_error("no \"" + std::string(key) + "\" in: " + boost::json::serialize(from));
}

double real_in(const event& from, std::string_view key) {
    const auto& value = field(from, key);
    if (value.is_number()) return value.to_number<double>();
    throw std::runtime_error("not a number: \"" + std::string(key) +
                             "\" in: " + boost::json::serialize(from));
}

event one_object(std::string_view out) {
    auto objects = parse_lines(out);
    if (objects.size() == 1) return std::move(objects.front());
    throw std::runtime_error("not one object: " + std::string(out));
}

}  // namespace

launch bench_with(const std::vector<std::string>& flags, const std::vector<std::string>& more) {
    const char* named = std::getenv("PULSAR_BENCH_BINARY");
    launch how;
    how.command = {named ? named : PULSAR_BENCH_BINARY};
    how.command.insert(how.command.end(), flags.begin(), flags.end());
    how.command.insert(how.command.end(), more.begin(), more.end());
    return how;
}

bench_result::bench_result(std::string_view out) : object_(one_object(out)) {}

double bench_result::real(std::string_view key) const {
    return real_in(object_, key);
}

double bench_result::latency_ms(std::string_view statistic) const {
    return real_in(field(object_, "latency_us").as_object(), statistic) / 1000;
}

std::int64_t bench_result::errors(std::string_view kind) const {
    return number(field(object_, "errors").as_object(), kind);
}

std::vector<std::int64_t> bench_result::frames_by_second() const {
    std::vector<std::int64_t> frames;
    for (const auto& second : field(object_, "series").as_array())
        frames.push_back(number(second.as_object(), "frames"));
    return frames;
}

std::vector<double> bench_result::reals_by_second(std::string_view key) const {
    std::vector<double> reals;
    for (const auto& second : field(object_, "series").as_array())
        reals.push_back(real_in(second.as_object(), key));
    return reals;
}

double bench_result::sum_of_seconds(std::string_view key) const {
    const auto seconds = reals_by_second(key);
    return std::accumulate(seconds.begin(), seconds.end(), 0.0);
}

std::int64_t bench_result::disconnects(std::string_view kind) const {
    return number(field(field(object_, "reconnect").as_object(), "disconnects").as_object(), kind);
}

std::int64_t bench_result::resent_frames() const {
    return number(field(object_, "reconnect").as_object(), "resent_frames");
}

std::int64_t bench_result::outages() const {
    return number(field(field(object_, "reconnect").as_object(), "outages").as_object(), "count");
}

double bench_result::outage_s(std::string_view statistic) const {
    return real_in(field(field(object_, "reconnect").as_object(), "outages").as_object(),
                   statistic);
}

bench_run run_bench(std::vector<std::string> flags, deadline limit) {
    flags.emplace_back("--json");
    process bench(bench_with(flags));
    return finish(bench, limit);
}

bench_run finish(process& bench, deadline limit) {
    const auto how = bench.wait(limit);
    bench.out().wait_for_end();
    bench.err().wait_for_end();
    return {how, bench_result(bench.out().text()), bench.err().text()};
}

bench_result expect_all_echoed(const std::vector<std::string>& flags, deadline limit) {
    auto patient = flags;
    // On a machine that others load, an echo may come late; the limit is for what hangs.
    if (std::ranges::find(flags, "--timeout") == flags.end()) {
        patient.insert(patient.end(), {"--timeout", "1h"});
    }
    auto run = run_bench(patient, limit);
    expect_all_echoed(run);
    return std::move(run.result);
}

void expect_all_echoed(const bench_run& run) {
    EXPECT_EQ(run.how, exited(0));
    EXPECT_EQ(run.err, "");
    EXPECT_EQ(run.result.errors(), 0);
    EXPECT_EQ(run.result.count("lost_frames"), 0);
}

void wait_for_total(daemon& pulsar, std::string_view total, std::int64_t at_least) {
    const deadline limit;  // of all the reports together: they never end
    for (std::size_t reports = 1;; ++reports) {
        const auto report = pulsar.wait_for_count(reports, "registry", "report", limit).back();
        if (number(report, total) >= at_least) return;
    }
}

void expect_one_complaint(const std::string& err, const std::vector<std::string>& words) {
    expect_complaint("pulsar-bench", err, words);
}

void expect_refusal(const std::vector<std::string>& flags, int status,
                    const std::vector<std::string>& words, deadline limit) {
    SCOPED_TRACE(testing::PrintToString(flags));
    const auto result = run(bench_with(flags), limit);
    EXPECT_EQ(result.how, exited(status));
    EXPECT_EQ(result.out, "");
    expect_one_complaint(result.err, words);
}

}  // namespace pulsar::test
