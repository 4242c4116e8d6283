#include "pulsar/report/result_file.hpp"

#include "json_reader.hpp"
#include "pulsar/cli/text.hpp"
#include "pulsar/report/page.hpp"
#include "result_keys.hpp"

#include <boost/json.hpp>
#include <boost/system/error_code.hpp>

#include <array>
#include <cerrno>
#include <cstdio>
#include <limits>
#include <memory>
#include <stdexcept>
#include <system_error>

namespace pulsar::report {
namespace {

constexpr std::size_t largest_file = std::size_t{64} << 20;
constexpr std::string_view utf8_mark = "\xef\xbb\xbf";

struct file_closer {
    void operator()(std::FILE* file) const noexcept { std::fclose(file); }
};

std::string contents(const std::string& path) {
    const auto failure = [] { return std::runtime_error(std::generic_category().message(errno)); };
    const std::unique_ptr<std::FILE, file_closer> file(std::fopen(path.c_str(), "rbe"));
    if (file == nullptr) throw failure();
    std::string content;
    std::array<char, 65536> chunk;
    while (const auto size = std::fread(chunk.data(), 1, chunk.size(), file.get())) {
        content.append(chunk.data(), size);
        if (content.size() > largest_file) throw std::runtime_error("larger than 64 MiB");
    }
    if (std::ferror(file.get()) != 0) throw failure();
    return content;
}

/// The object alone, where the content is a page, or begins with the mark of UTF-8 that some
/// programs put there.
std::string_view json_in(std::string_view content) {
    if (content.starts_with(utf8_mark)) content.remove_prefix(utf8_mark.size());
    const auto first = content.find_first_not_of(" \t\r\n");
    if (first == content.npos) throw std::runtime_error("empty");
    if (content[first] != '<') return content;
    const auto element = content.find(result_element);
    if (element == content.npos) throw std::runtime_error("a page without a result in it");
    const auto json = content.substr(element + result_element.size());
    return json.substr(0, json.find('<'));
}

boost::json::value parse(std::string_view text) {
    boost::system::error_code error;
    auto document = boost::json::parse({text.data(), text.size()}, error);
    if (error) throw std::runtime_error("not JSON: " + error.message());
    return document;
}

bench::histogram histogram_of(const latency_record& record) {
    bench::histogram latency;
    for (const auto& bucket : record.buckets) {
        if (bucket.count > std::numeric_limits<std::uint64_t>::max() - latency.count()) {
            throw std::runtime_error(R"("histogram": expected fewer frames)");
        }
        latency.restore(bucket.from, bucket.count);
    }
    if (latency.count() == 0) return latency;

    const auto& min = record.min;
    const auto& mean = record.mean;
    const auto& max = record.max;
    if (!min || !mean || !max || *mean < *min || *max < *mean) {
        throw std::runtime_error(R"("latency_us": expected min, mean and max in this order)");
    }
    latency.restore_extremes(*min, *max, *mean);
    return latency;
}

}  // namespace

bench::result parse_result(std::string_view content) {
    const auto document = parse(json_in(content));
    const json_reader keys(document);
    bench::result run;
    latency_record latency;
    describe_result(keys, run, latency);
    run.latency = histogram_of(latency);
    return run;
}

bench::result read_result(const std::string& path) {
    try {
        return parse_result(contents(path));
    } catch (const std::runtime_error& error) {
        throw std::runtime_error(cli::escaped(path) + ": " + error.what());
    }
}

}  // namespace pulsar::report
