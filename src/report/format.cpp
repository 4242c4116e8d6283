#include "pulsar/report/format.hpp"

#include <fmt/format.h>
#include <locale>

namespace pulsar::report {
namespace {

struct thousands : std::numpunct<char> {
    std::string do_grouping() const override { return "\3"; }
    char do_thousands_sep() const override { return ','; }
};

const std::locale& grouping() {
    static const std::locale with_commas(std::locale::classic(), new thousands);
    return with_commas;
}

}  // namespace

std::string grouped(std::uint64_t number) {
    return fmt::format(grouping(), "{:L}", number);
}

std::string grouped(double number, int decimals) {
    return fmt::format(grouping(), "{:.{}Lf}", number, decimals);
}

std::string trimmed(std::string number) {
    number.erase(number.find_last_not_of('0') + 1);
    if (number.ends_with('.')) number.pop_back();
    return number;
}

std::string counted(std::uint64_t count, std::string_view noun) {
    return fmt::format(grouping(), "{:L} {}{}", count, noun, count == 1 ? "" : "s");
}

}  // namespace pulsar::report
