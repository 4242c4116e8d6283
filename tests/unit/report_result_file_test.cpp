#include "pulsar/report/json.hpp"
#include "pulsar/report/page.hpp"
#include "pulsar/report/result_file.hpp"
#include "report_sample_result.hpp"
#include "support/json.hpp"
#include "support/temp_dir.hpp"

#include <boost/json/serialize.hpp>
#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <filesystem>
#include <functional>
#include <random>
#include <set>
#include <stdexcept>

namespace pulsar::report::result_file_test {
namespace {

using namespace bench;
using namespace std::chrono_literals;

struct ResultFile : testing::Test {
    const test::temp_dir dir;
    const std::string path = dir / "a.json";

    result read(const std::string& content) const {
        test::write_file(path, content);
        return read_result(path);
    }

    /// What read_result() complains of after the path.
    std::string refusal(const std::string& content) const {
        try {
            read(content);
        } catch (const std::runtime_error& error) {
            const std::string what = error.what();
            EXPECT_TRUE(what.starts_with(path + ": ")) << what;
            return what.substr(path.size() + 2);
        }
        return "none";
    }

    /// The sample with `from`, which must be in it, replaced.
    static std::string sample_with(const std::string& from, const std::string& to) {
        auto json = to_json(sample_result());
        const auto at = json.find(from);
        EXPECT_NE(at, json.npos) << from;
        return at == json.npos ? json : json.replace(at, from.size(), to);
    }
};

TEST_F(ResultFile, GivesBackWhatWasWritten) {
    EXPECT_EQ(read(to_json(sample_result()) + '\n'), sample_result());
    EXPECT_EQ(read(to_json(plain_result())), plain_result());
}

TEST_F(ResultFile, GivesBackRunsWithoutLatency) {
    auto run = plain_result();
    run.mode = mode::idle;
    run.latency = {};
    run.frames = run.payload_bytes = 0;
    run.series = {{.t_s = 1}};
    EXPECT_EQ(read(to_json(run)), run);
    run.mode = mode::churn;
    EXPECT_EQ(read(to_json(run)), run);
}

TEST_F(ResultFile, ReadsWhatEarlierVersionsWrote) {
    auto json = to_json(plain_result());
    for (const std::string later :
         {R"("framing":"length",)", R"("sources":null,"proxy_protocol":null,"ramp_s":0,)",
          R"("busiest_thread":0,"send_lag_us":null,)", R"("generator_limited":false,)",
          R"("reconnect":null,)", R"(,"disconnects":null,"outage_s":null)",
          R"(,"disconnects":null,"outage_s":null)"}) {
        const auto at = json.find(later);
        ASSERT_NE(at, json.npos) << later;
        json.erase(at, later.size());
    }
    EXPECT_EQ(read(json), plain_result());
}

TEST_F(ResultFile, GivesBackRandomTimesToTheNanosecond) {
    std::mt19937_64 random(42);
    std::uniform_int_distribution<std::int64_t> day(0, std::chrono::nanoseconds(24h).count());
    std::uniform_real_distribution<double> power(0, 40);
    for (int round = 0; round < 100; ++round) {
        auto run = sample_result();
        run.duration_s =
            std::chrono::duration<double>(std::chrono::nanoseconds(day(random))).count();
        run.series[0].p99_us = static_cast<double>(day(random)) / 1000;
        for (int i = 0; i < 100; ++i)
            run.latency.record(std::chrono::nanoseconds(std::int64_t(std::exp2(power(random)))));
        const auto json = to_json(run);
        const auto again = read(json);
        ASSERT_EQ(to_json(again), json);
        ASSERT_EQ(again.duration_s, run.duration_s);
        ASSERT_EQ(again.series, run.series);
        ASSERT_EQ(again.latency.mean(), run.latency.mean());
        ASSERT_EQ(again.latency.percentile(99.9), run.latency.percentile(99.9));
    }
}

TEST_F(ResultFile, ReadsThePage) {
    auto run = sample_result();
    run.address = "unix:/</script><b>\\\"\xc3\xbc";
    EXPECT_EQ(read(to_page(run, to_json(run))), run);
}

TEST_F(ResultFile, ReadsWhatOtherProgramsReformatted) {
    EXPECT_EQ(read("\n " + sample_with("\"frames\":4,", "\"frames\" :\n 4.0,\t\"more\":[],")),
              sample_result());
}

TEST_F(ResultFile, MayBeginWithTheMarkOfUtf8) {
    const std::string mark = "\xef\xbb\xbf";
    const auto run = sample_result();
    EXPECT_EQ(read(mark + to_json(run)), run);
    EXPECT_EQ(read(mark + to_page(run, to_json(run))), run);
    EXPECT_EQ(refusal(mark), "empty");
}

TEST_F(ResultFile, TellsWhyTheFileCannotBeRead) {
    const auto missing = dir / "missing\n.json";
    try {
        read_result(missing);
        FAIL();
    } catch (const std::runtime_error& error) {
        EXPECT_TRUE(
            std::string(error.what()).ends_with("missing\\n.json: No such file or directory"))
            << error.what();
    }
    EXPECT_THROW(read_result("-"), std::runtime_error);
    std::filesystem::create_directory(path);
    try {
        read_result(path);
        FAIL();
    } catch (const std::runtime_error& error) {
        EXPECT_EQ(error.what(), path + ": Is a directory");
    }
}

TEST_F(ResultFile, RefusesALargeFile) {
    constexpr std::size_t limit = std::size_t{64} << 20U;
    auto page = "<p>" + std::string(limit - 3, ' ');
    EXPECT_EQ(refusal(page), "a page without a result in it");
    page += ' ';
    EXPECT_EQ(refusal(page), "larger than 64 MiB");
}

TEST_F(ResultFile, RefusesWhatIsNoResult) {
    EXPECT_EQ(refusal(""), "empty");
    EXPECT_EQ(refusal(" \n"), "empty");
    EXPECT_EQ(refusal("frames: 4"), "not JSON: syntax error");
    EXPECT_EQ(refusal(to_json(sample_result()) + "x"), "not JSON: extra data");
    EXPECT_EQ(refusal(sample_with("]}", "]")), "not JSON: incomplete JSON");
    EXPECT_EQ(refusal(std::string(100'000, '[')), "not JSON: too deep");
    EXPECT_EQ(refusal("[]"), "expected an object");
    EXPECT_EQ(refusal("{}"), "lacks \"address\"");
    EXPECT_EQ(refusal("<!DOCTYPE html><p>hello"), "a page without a result in it");
    EXPECT_EQ(refusal(std::string(result_element)), "not JSON: incomplete JSON");
}

TEST_F(ResultFile, NamesTheValueThatMakesNoSense) {
    const std::vector<std::array<std::string, 3>> faults{
        {"\"echo\"", "\"loud\"", "\"mode\": expected echo, idle, churn or halfclose"},
        {"\"64B-1KiB\"", "\"1KiB-64B\"",
         "\"frame_size\": expected a size or a range, as 64B or 64B-1KiB"},
        {"\"64B-1KiB\"", "\"64B-\"",
         "\"frame_size\": expected a size or a range, as 64B or 64B-1KiB"},
        {"\"64B-1KiB\"", "\"4GiB\"",
         "\"frame_size\": expected a size or a range, as 64B or 64B-1KiB"},
        {"\"frames\":4", "\"frames\":-4", "\"frames\": expected a whole number"},
        {"\"frames\":4", "\"frames\":4.5", "\"frames\": expected a whole number"},
        {"\"frames\":4", "\"frames\":1e30", "\"frames\": expected a whole number"},
        {"\"threads\":2", "\"threads\":4294967296", "\"threads\": expected at most 4294967295"},
        {"\"duration_s\":2", "\"duration_s\":-2",
         "\"duration_s\": expected a time of 0 to 30 years"},
        {"\"duration_s\":2", "\"duration_s\":1e300",
         "\"duration_s\": expected a time of 0 to 30 years"},
        {"\"from_us\":199.68", "\"from_us\":-1",
         "\"histogram[1].from_us\": expected a time of 0 to 30 years"},
        {"\"min\":100", "\"min\":500", "\"latency_us\": expected min, mean and max in this order"},
        {"\"count\":1", "\"count\":18446744073709551615", "\"histogram\": expected fewer frames"},
        {"\"min\":100", "\"min\":null", "\"latency_us\": expected min, mean and max in this order"},
        {"\"framing\":\"none\"", "\"framing\":\"some\"", "\"framing\": expected length or none"},
        {"\"v2\"", "\"v3\"", "\"proxy_protocol\": expected v1 or v2"},
        {"[\"127.0.0.2\",\"::1\"]", "\"::1\"", "\"sources\": expected an array of strings"},
        {"[\"127.0.0.2\",\"::1\"]", "[\"::1\",1]", "\"sources\": expected an array of strings"},
        {"\"ramp_s\":0.25", "\"ramp_s\":-1", "\"ramp_s\": expected a time of 0 to 30 years"},
        {"\"generator_limited\":true", "\"generator_limited\":1",
         "\"generator_limited\": expected true or false"},
    };
    for (const auto& [from, to, reason] : faults)
        EXPECT_EQ(refusal(sample_with(from, to)), reason);
}

/// Where a key is, and what the object looks like with another value in place of its own, or
/// without it.
using visitor = std::function<void(const std::string& place)>;

/// Visits every member of `value`, and of the first item of an array, once without the member and
/// once with a value of a type that the key has not.
void for_each_spoilt(boost::json::value& value, const std::string& place, const visitor& visit) {
    if (auto* const array = value.if_array()) {
        for_each_spoilt(array->front(), place + "[0]", visit);
        return;
    }
    auto* const object = value.if_object();
    if (object == nullptr) return;
    for (const auto& [key, own] : boost::json::object(*object)) {
        const auto here = place + (place.empty() ? "" : ".") + std::string(key.data(), key.size());
        object->erase(key);
        visit("lacks \"" + here + '"');
        (*object)[key] = own.is_bool() ? boost::json::value(1) : boost::json::value(true);
        visit('"' + here + "\": expected ");
        (*object)[key] = own;
        for_each_spoilt((*object)[key], here, visit);
    }
}

TEST_F(ResultFile, NamesEveryKeyThatIsMissingOrOfAnotherType) {
    boost::json::value document = test::parse_line(to_json(sample_result()));
    const std::set<std::string> added_later{"lacks \"framing\"",           "lacks \"sources\"",
                                            "lacks \"proxy_protocol\"",    "lacks \"ramp_s\"",
                                            "lacks \"busiest_thread\"",    "lacks \"send_lag_us\"",
                                            "lacks \"generator_limited\"", "lacks \"reconnect\""};
    int visited = 0;
    for_each_spoilt(document, "", [&](const std::string& beginning) {
        const auto reason = refusal(boost::json::serialize(document));
        // Earlier versions did not write them.
        const bool optional = added_later.contains(beginning);
        EXPECT_TRUE(reason.starts_with(optional ? "none" : beginning))
            << beginning << " but " << reason;
        ++visited;
    });
    EXPECT_EQ(visited, 2 * (28 + 8 + 3 + 7 + 3 + 7 + 3 + 6 + 3));
}

}  // namespace
}  // namespace pulsar::report::result_file_test
