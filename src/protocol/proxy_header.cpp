#include "pulsar/protocol/proxy_header.hpp"

#include "proxy_header_v1.hpp"
#include "proxy_header_v2.hpp"

namespace pulsar::protocol {

proxy_header read_proxy_header(std::span<const std::byte> stream) noexcept {
    if (stream.empty()) return {};
    if (static_cast<char>(stream.front()) == proxy_signature.front()) {
        return read_proxy_header_v2(stream);
    }
    return read_proxy_header_v1({reinterpret_cast<const char*>(stream.data()), stream.size()});
}

}  // namespace pulsar::protocol
