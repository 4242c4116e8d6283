#include "response_head.hpp"

#include <boost/beast/http/status.hpp>

#include <array>
#include <ctime>
#include <ostream>  // which Beast uses and does not include

namespace pulsar::admin {

namespace {

std::string http_date(std::time_t when) {
    std::tm utc{};
    ::gmtime_r(&when, &utc);
    std::array<char, 32> text{};
    const auto size = std::strftime(text.data(), text.size(), "%a, %d %b %Y %H:%M:%S GMT", &utc);
    return {text.data(), size};
}

}  // namespace

std::string response_head::reason() const {
    const auto code = static_cast<boost::beast::http::status>(status);
    return std::string(boost::beast::http::obsolete_reason(code));
}

std::string response_head::text() const {
    std::string text = "HTTP/1.1 ";
    text.append(std::to_string(status)).append(" ").append(reason());
    text.append("\r\nDate: ").append(http_date(std::time(nullptr)));
    text.append("\r\nContent-Type: ").append(content_type);
    if (body == framing::length) text.append("\r\nContent-Length: ").append(std::to_string(length));
    if (body == framing::chunks) text.append("\r\nTransfer-Encoding: chunked");
    if (status == 405) text.append("\r\nAllow: GET, HEAD");
    text.append("\r\nCache-Control: no-store\r\nConnection: ");
    text.append(keep_alive ? "keep-alive" : "close").append("\r\n\r\n");
    return text;
}

}  // namespace pulsar::admin
