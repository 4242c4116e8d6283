#include "connection_list.hpp"

#include "pulsar/log/render.hpp"
#include "pulsar/server/active.hpp"

#include <initializer_list>

namespace pulsar::admin {

namespace {

void append_line(std::string& out, const net::connection_record& record, net::time_point now) {
    const auto begin = out.size();
    server::describe_active(record, now, [&](std::initializer_list<log::field> fields) {
        for (const auto& each : fields)
            log::append_field(out, log::format::json, each);
    });
    log::append_field(out, log::format::json, {"listener", record.listener->name});
    out[begin] = '{';  // in place of the comma before the first field
    out += "}\n";
}

}  // namespace

bool connection_list::append_some(std::string& out) {
    const auto now = net::clock::now();
    return walk_.visit(server::lines_per_piece,
                       [&](const auto& record) { append_line(out, record, now); });
}

}  // namespace pulsar::admin
