#include "support/proxy_headers.hpp"

namespace pulsar::test {

using namespace std::string_literals;

std::string proxy_v2(int command, int family, const std::string& block) {
    auto bytes = "\r\n\r\n\0\r\nQUIT\n"s;
    bytes += static_cast<char>(command);
    bytes += static_cast<char>(family);
    bytes += static_cast<char>(block.size() >> 8);
    bytes += static_cast<char>(block.size());
    return bytes + block;
}

std::string proxy_v2_tcp4(const std::string& tlvs) {
    return proxy_v2(0x21, 0x11, "\xc0\x00\x02\x01\xc6\x33\x64\x07\x0f\xa0\x01\xbb"s + tlvs);
}

}  // namespace pulsar::test
