#include "pulsar/app/config_file.hpp"

#include "pulsar/cli/usage_error.hpp"

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <fcntl.h>
#include <memory>
#include <sys/stat.h>
#include <system_error>
#include <unistd.h>

// Where toml++ is compiled in here, versions up to 3.4 assert, or in a release build let the
// compiler assume, what a broken file can violate: `listen = [}`. Without that, they report it as
// an error.
#undef NDEBUG
#define TOML_ASSERT(condition) static_cast<void>(0)
#include <toml++/toml.h>

namespace pulsar::app {
namespace {

constexpr std::size_t longest_file = std::size_t{1} << 20;
constexpr std::size_t longest_reason = 200;
constexpr std::string_view standard_input = "-";

struct file_closer {
    void operator()(std::FILE* file) const noexcept { std::fclose(file); }
};

/// Null on failure, with errno set.
std::unique_ptr<std::FILE, file_closer> open_file(const std::string& path) {
    if (path == standard_input) {
        const int own = ::fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 0);
        return std::unique_ptr<std::FILE, file_closer>(::fdopen(own, "r"));
    }
    // Opening a named pipe that nobody writes to would block; reading from one ends at once.
    const int descriptor = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
    if (descriptor < 0) return nullptr;
    ::fcntl(descriptor, F_SETFL, 0);
    return std::unique_ptr<std::FILE, file_closer>(::fdopen(descriptor, "r"));
}

bool is_pipe(std::FILE* file) {
    struct stat status {};
    return ::fstat(::fileno(file), &status) == 0 && S_ISFIFO(status.st_mode);
}

std::string at_line(const std::string& path, std::size_t line) {
    const auto file = path == standard_input ? "standard input" : cli::escaped(path);
    return file + (line > 0 ? ':' + std::to_string(line) + ": " : ": ");
}

cli::usage_error unknown(const std::string& where, const cli::option_table& table,
                         const toml::key& key, const toml::node& node) {
    const std::string what = node.is_table() ? "unknown table " : "unknown key ";
    const auto* const near = cli::nearest_option(table, key.str());
    return cli::usage_error(where + what + cli::in_quotes(key.str()) + ": " +
                            (near == nullptr ? "expected the name of a flag, without its dashes"
                                             : "did you mean " + std::string(near->name) + '?'));
}

/// Where a position, which counts characters, is in the content.
std::size_t offset_of(std::string_view content, const toml::source_position& position) {
    std::size_t at = 0;
    for (auto line = position.line; line > 1; --line)
        at = std::min(content.find('\n', at), content.size() - 1) + 1;
    const auto is_character = [](char c) {
        return (static_cast<unsigned char>(c) & 0xc0U) != 0x80U;
    };
    for (auto column = position.column; column > 1 && at < content.size(); --column) {
        ++at;
        while (at < content.size() && !is_character(content[at]))
            ++at;
    }
    return at;
}

toml::table parse_table(const std::string& path, std::string_view content) {
    try {
        return toml::parse(content, path);
    } catch (const toml::parse_error& error) {
        const auto number = error.source().begin.line;
        const auto rest = content.substr(offset_of(content, {number, 1}));
        const auto line = rest.substr(0, rest.find_first_of("\r\n"));
        const auto reason = error.description().substr(0, longest_reason);
        throw cli::usage_error(at_line(path, number) + cli::in_quotes(line) + ": " +
                               cli::escaped(reason));
    }
}

/// A value as the file has it.
std::string_view written(std::string_view content, const toml::node& node) {
    const auto begin = offset_of(content, node.source().begin);
    return content.substr(begin, offset_of(content, node.source().end) - begin);
}

/// The text that a flag would have. What TOML has more than flags, such as 0x10 and 1_000, is for
/// the option to reject.
std::string flag_text(const cli::option& o, const std::string& where, std::string_view content,
                      const toml::node& node) {
    if (const auto* const text = node.as_string()) return text->get();
    std::string text(written(content, node));
    const bool takes_others =
        o.value.shape == cli::toml_shape::number || o.value.shape == cli::toml_shape::size;
    if (takes_others) return text;
    throw cli::bad_value(where, text, "expected a TOML string: " + o.value.accepts);
}

std::vector<std::string> flag_texts(const cli::option& o, const std::string& where,
                                    std::string_view content, const toml::node& node) {
    const auto* const array = node.as_array();
    if (array == nullptr || o.value.shape != cli::toml_shape::list) {
        return {flag_text(o, where, content, node)};
    }
    std::vector<std::string> texts;
    for (const auto& item : *array)
        texts.push_back(flag_text(o, where, content, item));
    return texts;
}

std::string toml_string(std::string_view text) {
    std::string out = "\"";
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        if (c == '"' || c == '\\') {
            out.append({'\\', c});
        } else if (byte < 0x20 || byte == 0x7f) {
            constexpr std::string_view digits = "0123456789abcdef";
            out.append("\\u00").append({digits[byte >> 4U], digits[byte & 0xfU]});
        } else {
            out += c;
        }
    }
    return out + '"';
}

std::string toml_value(cli::toml_shape shape, const std::vector<std::string>& texts) {
    if (shape == cli::toml_shape::number) return texts.front();
    if (shape != cli::toml_shape::list) return toml_string(texts.front());
    std::string items;
    for (const auto& text : texts)
        items += (items.empty() ? "" : ", ") + toml_string(text);
    return '[' + items + ']';
}

}  // namespace

std::string load_config_file(const std::string& where, const std::string& path) {
    const auto refuse = [&](const std::string& why) { return cli::bad_value(where, path, why); };
    const auto system_reason = [] { return std::generic_category().message(errno); };
    if (path.empty()) throw refuse("expected the path of a TOML file");
    const auto file = open_file(path);
    if (file == nullptr) throw refuse(system_reason());

    std::string content(longest_file + 1, '\0');
    content.resize(std::fread(content.data(), 1, content.size(), file.get()));
    if (std::ferror(file.get()) != 0) throw refuse(system_reason());
    if (content.size() > longest_file) throw refuse("expected a TOML file of at most 1 MiB");
    if (content.empty() && is_pipe(file.get())) throw refuse("nothing was written to this pipe");
    return content;
}

std::vector<cli::setting> parse_config_file(const std::string& path, std::string_view content,
                                            const cli::option_table& table) {
    const auto parsed = parse_table(path, content);
    std::vector<cli::setting> settings;
    for (const auto& [key, node] : parsed) {
        const auto line = at_line(path, node.source().begin.line);
        const auto* const o = cli::find_option(table, key.str());
        if (o == nullptr) throw unknown(line, table, key, node);
        const auto where = line + std::string(o->name);
        settings.push_back({o, where, flag_texts(*o, where, content, node)});
    }
    return settings;
}

std::string toml_line(const cli::option& o, const std::vector<std::string>& texts) {
    return std::string(o.name) + " = " + toml_value(o.value.shape, texts) + '\n';
}

std::string to_toml(const cli::option_table& table) {
    std::string out;
    for (const auto& group : table) {
        out += (out.empty() ? "# " : "\n# ") + std::string(group.title) + '\n';
        for (const auto& o : group.options) {
            const auto texts = o.value.texts();
            out += texts.empty()
                       ? "# " + std::string(o.name) + ": " + std::string(o.fallback) + '\n'
                       : toml_line(o, texts);
        }
    }
    return out;
}

}  // namespace pulsar::app
