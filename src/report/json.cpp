#include "pulsar/report/json.hpp"

#include "json_writer.hpp"
#include "result_keys.hpp"

namespace pulsar::report {
namespace {

latency_record record_of(const bench::histogram& latency) {
    latency_record record;
    if (latency.count() == 0) return record;
    record = {.min = latency.min(),
              .mean = latency.mean(),
              .p50 = latency.percentile(50),
              .p90 = latency.percentile(90),
              .p99 = latency.percentile(99),
              .p99_9 = latency.percentile(99.9),
              .p99_99 = latency.percentile(99.99),
              .max = latency.max(),
              .buckets = {}};
    for (std::size_t i = 0; i < bench::histogram::bucket_count; ++i) {
        if (const auto bucket = latency.at(i); bucket.count > 0) record.buckets.push_back(bucket);
    }
    return record;
}

}  // namespace

std::string to_json(const bench::result& measured) {
    json_writer keys;
    const auto latency = record_of(measured.latency);
    describe_result(keys, measured, latency);
    return keys.text();
}

}  // namespace pulsar::report
