#include "pulsar/admin/request_reader.hpp"

#include <boost/beast/core/string.hpp>
#include <boost/beast/http/empty_body.hpp>
#include <boost/beast/http/parser.hpp>

#include <algorithm>
#include <string_view>

namespace pulsar::admin {

namespace http = boost::beast::http;

namespace {

using parser = http::request_parser<http::empty_body>;

/// Of a path or of a whole URI, which a client may send too (RFC 9112, 3.2.2).
std::string_view path_of(std::string_view target) {
    constexpr std::string_view scheme = "http://";
    if (boost::beast::iequals(target.substr(0, scheme.size()), scheme)) {
        target.remove_prefix(std::min(target.find_first_of("/?", scheme.size()), target.size()));
        if (!target.starts_with('/')) return "/";
    }
    return target.substr(0, target.find('?'));
}

request::method_type method_of(const parser& parsed) {
    switch (parsed.get().method()) {
        case http::verb::get:
            return request::method_type::get;
        case http::verb::head:
            return request::method_type::head;
        default:
            return request::method_type::other;
    }
}

}  // namespace

void request_reader::drop(std::size_t bytes) noexcept {
    std::copy(buffer_.begin() + static_cast<std::ptrdiff_t>(bytes),
              buffer_.begin() + static_cast<std::ptrdiff_t>(size_), buffer_.begin());
    size_ -= bytes;
}

request_reader::outcome request_reader::parse(request& into) {
    constexpr std::string_view crlf = "\r\n";
    into = {};
    if (size_ < crlf.size()) return outcome::incomplete;
    // Some clients end the content of the request before with an empty line (RFC 9112, 2.2).
    if (std::string_view(buffer_.data(), size_).starts_with(crlf)) drop(crlf.size());
    parser parsed;
    parsed.header_limit(most_bytes);
    parsed.body_limit(boost::none);  // of what nobody will read
    parsed.eager(false);             // the head alone
    std::string_view text(buffer_.data(), size_);
    // Each field takes memory: none is read before all are here, or every piece would read the same
    // anew. The first line can be told from nonsense at once.
    const auto line_end = text.find(crlf);
    const bool is_whole = text.find("\n\r\n") != text.npos || text.find("\n\n") != text.npos;
    if (!is_whole && line_end != text.npos) text = text.substr(0, line_end + crlf.size());
    boost::system::error_code error;
    const auto taken = parsed.put({text.data(), text.size()}, error);
    into.method = method_of(parsed);
    if (error == http::error::need_more) {
        return size_ < most_bytes ? outcome::incomplete : outcome::too_large;
    }
    if (error == http::error::header_limit) return outcome::too_large;
    if (error) return outcome::bad;

    const auto& head = parsed.get();
    const auto hosts = head.count(http::field::host);
    const bool is_http_1_1 = head.version() == 11;
    if (hosts > 1 || (hosts == 0 && is_http_1_1)) return outcome::bad;
    const bool has_content =
        parsed.content_length().value_or(0) > 0 || head.count(http::field::transfer_encoding) > 0;
    if (has_content && into.method != request::method_type::other) return outcome::bad;
    const std::string_view target(head.target().data(), head.target().size());
    into.path = path_of(target);
    into.is_http_1_1 = is_http_1_1;
    into.keep_alive = head.keep_alive() && !has_content;  // which nobody will read
    drop(taken);
    return outcome::complete;
}

}  // namespace pulsar::admin
