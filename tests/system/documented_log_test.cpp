// The reference of the log names each event with its fields, and no other.

#include "support/client.hpp"
#include "support/daemon.hpp"
#include "support/frames.hpp"
#include "support/markdown.hpp"
#include "support/pages.hpp"
#include "support/pattern.hpp"

#include <gtest/gtest.h>

#include <csignal>
#include <map>
#include <set>
#include <string>

namespace pulsar::test::documented_log_test {
namespace {

using names = std::set<std::string>;

/// What stands in backticks.
names code_in(const std::string& cell) {
    names found;
    for (const auto& match : pattern("`([^`]+)`").all_in(cell))
        found.insert(match.at(1));
    return found;
}

/// The fields of each event, `MODULE LEVEL MESSAGE`; of the words in backticks that are none, too.
std::map<std::string, names> documented_events() {
    std::map<std::string, names> events;
    for (const auto& row : rows_of_table(repository_file("src/log/README.md"), "module")) {
        for (const auto& msg : code_in(row.at(2)))
            events[row.at(0) + ' ' + row.at(1) + ' ' + msg] = code_in(row.at(3));
    }
    return events;
}

/// Makes a connection end in several ways, and the daemon report.
void provoke(daemon& pulsar) {
    const auto address = pulsar.address();
    client first(address);
    first.receive_exactly(heartbeat.size());
    client truncated(address);
    truncated.send_all(frame("whole") + header(5) + "cut");
    truncated.shutdown_send();
    truncated.receive_until_eof();
    client oversize(address);
    oversize.send_all("GET / HTTP/1.1\r\n\r\n");
    oversize.receive_until_eof();
    oversize.close();
    pulsar.wait_for_count(2, "connection", "closed");
    client second(address);
    client refused(address);
    refused.receive_until_closed();
    pulsar.child().send(SIGUSR1);
    pulsar.wait_for("registry", "active");
    pulsar.child().send(SIGHUP);
    pulsar.wait_for("server", "signal ignored");
    first.shutdown_send();
    first.receive_until_eof();
}

TEST(DocumentedLog, NamesTheFieldsOfAllEventsOfALife) {
    daemon pulsar(
        {"--log-level", "trace", "--heartbeat-interval", "100ms", "--max-connections", "2"});
    provoke(pulsar);
    pulsar.expect_orderly_exit();
    const auto documented = documented_events();
    names seen;
    for (const auto& logged : pulsar.events()) {
        const auto name =
            text(logged, "module") + ' ' + text(logged, "level") + ' ' + text(logged, "msg");
        seen.insert(name);
        ASSERT_TRUE(documented.contains(name)) << name;
        auto known = documented.at(name);
        known.merge(names{"time", "level", "module", "msg"});
        for (const auto& [key, value] : logged)
            EXPECT_TRUE(known.contains(key)) << name << ": " << key;
    }
    for (const auto* kind : {"listener warn refused", "connection debug heartbeat",
                             "connection warn truncated frame", "server info signal ignored"}) {
        EXPECT_TRUE(seen.contains(kind)) << kind;
    }
}

TEST(DocumentedLog, NamesNoEventThatIsNotInTheSource) {
    const auto all = files_of("src", ".cpp");
    for (const auto& [name, fields] : documented_events()) {
        const auto msg = pattern("^\\w+ \\w+ ").replaced_in(name, "");
        EXPECT_NE(all.find('"' + msg + '"'), std::string::npos) << msg;
    }
}

TEST(DocumentedLog, NamesTheReasonsOfAClose) {
    names documented;
    for (const auto& row :
         rows_of_table(repository_file("src/log/README.md"), "reason of `closed`"))
        documented.merge(code_in(row.at(0)));
    const auto header = repository_file("include/pulsar/net/close_reason.hpp");
    names reasons;
    for (const auto& match : pattern("\"(\\w+)\"").all_in(header))
        reasons.insert(match.at(1));
    EXPECT_EQ(documented, reasons);
}

}  // namespace
}  // namespace pulsar::test::documented_log_test
