#include "pulsar/report/json.hpp"
#include "report_sample_result.hpp"
#include "support/json.hpp"

#include <gtest/gtest.h>

namespace pulsar::report::json_test {
namespace {

using namespace bench;
using namespace std::chrono_literals;

TEST(JsonReport, IsOneObjectWithTheDocumentedKeysInOrder) {
    EXPECT_EQ(
        to_json(sample_result()),
        R"({"address":"127.0.0.1:8080","mode":"echo","framing":"none","connections":50,"pipeline":4,)"
        R"("frame_size":"64B-1KiB","rate":1000,"threads":2,"sources":["127.0.0.2","::1"],)"
        R"("proxy_protocol":"v2","ramp_s":0.25,"warmup_s":0.5,"duration_s":2,)"
        R"("frames":4,"frames_per_s":2,"mib_per_s":2,"payload_bytes":4194304,)"
        R"("latency_us":{"min":100,"mean":400,"p50":200.191,"p90":1000,"p99":1000,)"
        R"("p99_9":1000,"p99_99":1000,"max":1000},"heartbeats":12,)"
        R"("errors":{"refused":1,"reset":2,"closed":3,"timeout":4,"mismatch":5,"other":6,)"
        R"("total":21},"lost_frames":7,"unsent_frames":8,)"
        R"("busiest_thread":0.875,"send_lag_us":{"p50":5.5,"p99":1500,"max":2000.001},)"
        R"("generator_limited":true,)"
        R"("reconnect":{"disconnects":{"refused":0,"reset":2,"closed":3,"timeout":0,)"
        R"("mismatch":0,"other":1,"total":6},"resent_frames":9,)"
        R"("outages":{"count":5,"longest_s":0.25,"sum_s":0.75}},)"
        R"("series":[{"t_s":1,"frames":3,"p50_us":200.5,"p99_us":300,)"
        R"("disconnects":6,"outage_s":0.625},)"
        R"({"t_s":2.000000001,"frames":1,"p50_us":1000,"p99_us":1000,)"
        R"("disconnects":0,"outage_s":0.125}],)"
        R"("histogram":[{"from_us":99.84,"to_us":100.351,"count":1},)"
        R"({"from_us":199.68,"to_us":200.703,"count":1},)"
        R"({"from_us":299.008,"to_us":301.055,"count":1},)"
        R"({"from_us":999.424,"to_us":1003.519,"count":1}]})");
}

TEST(JsonReport, WritesLargeAndSmallNumbersWithoutExponent) {
    auto run = plain_result();
    run.frames = 18'446'744'073'709'551'615U;
    run.duration_s = 0.000000001;
    run.payload_bytes = 1;
    run.series = {{.t_s = 0.000000001, .frames = 1, .p50_us = 0.001, .p99_us = 123456789012.345}};
    const auto json = to_json(run);
    EXPECT_NE(json.find(R"("duration_s":0.000000001,"frames":18446744073709551615,)"), json.npos);
    EXPECT_NE(json.find(R"("series":[{"t_s":0.000000001,"frames":1,"p50_us":0.001,)"
                        R"("p99_us":123456789012.345,"disconnects":null,"outage_s":null}])"),
              json.npos)
        << json;
}

TEST(JsonReport, IsExactToTheNanosecond) {
    auto run = plain_result();
    run.latency = {};
    run.latency.record(1h + 1ns);
    EXPECT_NE(to_json(run).find(R"("max":3600000000.001})"), std::string::npos);
}

TEST(JsonReport, HasNoLatencyWhereNothingWasMeasured) {
    auto run = plain_result();
    run.mode = mode::idle;
    run.latency = {};
    run.series = {{.t_s = 1}};
    const auto json = to_json(run);
    EXPECT_NE(json.find(R"("mode":"idle",)"), json.npos);
    EXPECT_NE(json.find(R"("rate":null,"threads":2,"sources":null,"proxy_protocol":null,)"),
              json.npos);
    EXPECT_NE(json.find(R"("latency_us":{"min":null,"mean":null,"p50":null,"p90":null,"p99":null,)"
                        R"("p99_9":null,"p99_99":null,"max":null},)"),
              json.npos);
    EXPECT_NE(json.find(R"("reconnect":null,"series":[{"t_s":1,"frames":0,"p50_us":null,)"
                        R"("p99_us":null,"disconnects":null,"outage_s":null}],)"),
              json.npos);
    EXPECT_TRUE(json.ends_with(R"("histogram":[]})"));
}

TEST(JsonReport, IsValidWhateverTheAddress) {
    auto run = plain_result();
    for (const std::string address :
         {"unix:/\"\\\n\t\x01\x7f", "unix:/\xc3\xbc", "unix:/\xff\xfe\xc3", "</script>",
          "unix:/\xe2\x80\xa8\xed\xa0\x80", ""}) {
        run.address = address;
        const auto json = to_json(run);
        EXPECT_EQ(json.find('\n'), json.npos);
        EXPECT_NO_THROW(test::parse_line(json)) << json;
    }
    const auto address = [](const result& r) {
        return test::text(test::parse_line(to_json(r)), "address");
    };
    run.address = "unix:/\"\\\n\xc3\xbc<";
    EXPECT_EQ(address(run), run.address);
    run.address = "unix:/\xff";
    EXPECT_EQ(address(run), "unix:/\\xff");
    run.sources = {"\"<\n", "\xff"};
    EXPECT_EQ(test::parse_line(to_json(run)).at("sources"), (boost::json::value{"\"<\n", "\\xff"}));
}

TEST(JsonReport, LeavesTheWordsOfFailuresOut) {
    auto run = plain_result();
    run.failures[0] = {.connections = 1, .first = "not for machines"};
    EXPECT_EQ(to_json(run).find("machines"), std::string::npos);
}

}  // namespace
}  // namespace pulsar::report::json_test
