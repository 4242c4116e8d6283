#include "pulsar/app/config_file.hpp"

#include "pulsar/cli/usage_error.hpp"

#include <cerrno>
#include <cstdio>
#include <fcntl.h>
#include <memory>
#include <optional>
#include <sstream>
#include <sys/stat.h>
#include <system_error>

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

struct file_closer {
    void operator()(std::FILE* file) const noexcept { std::fclose(file); }
};

/// Null on failure, with errno set.
std::unique_ptr<std::FILE, file_closer> open_file(const std::string& path) {
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
    return cli::escaped(path) + (line > 0 ? ':' + std::to_string(line) + ": " : ": ");
}

cli::usage_error unknown(const std::string& where, std::string_view what, std::string_view name) {
    return cli::usage_error(where + "unknown " + std::string(what) + ' ' + cli::in_quotes(name) +
                            ": expected the name of a flag, without its dashes");
}

toml::table parse_table(const std::string& path, std::string_view content) {
    try {
        return toml::parse(content, path);
    } catch (const toml::parse_error& error) {
        const auto reason = error.description().substr(0, longest_reason);
        throw cli::usage_error(at_line(path, error.source().begin.line) + cli::escaped(reason));
    }
}

/// The text that a flag would have; nothing if the node is of a type that the option does not take.
std::optional<std::string> flag_text(const option& o, const toml::node& node) {
    if (const auto* const text = node.as_string()) return text->get();
    const bool takes_integer =
        o.value.shape == toml_shape::number || o.value.shape == toml_shape::size;
    const auto* const integer = node.as_integer();
    // Hexadecimal, octal and binary, which TOML has, are no more accepted here than in a flag.
    if (!takes_integer || integer == nullptr || integer->flags() != toml::value_flags::none) {
        return std::nullopt;
    }
    return std::to_string(integer->get());
}

cli::usage_error wrong_type(const option& o, const std::string& where, const toml::node& node) {
    std::ostringstream type;
    type << node.type();
    return cli::usage_error(where + " of TOML type " + type.str() + ": expected " +
                            o.value.accepts);
}

std::vector<std::string> flag_texts(const option& o, const std::string& where,
                                    const toml::node& node) {
    const auto text_of = [&](const toml::node& item) {
        auto text = flag_text(o, item);
        if (!text) throw wrong_type(o, where, item);
        return *std::move(text);
    };
    const auto* const array = node.as_array();
    if (array == nullptr || o.value.shape != toml_shape::list) return {text_of(node)};
    std::vector<std::string> texts;
    for (const auto& item : *array)
        texts.push_back(text_of(item));
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

std::string toml_value(toml_shape shape, const std::vector<std::string>& texts) {
    if (shape == toml_shape::number) return texts.front();
    if (shape != toml_shape::list) return toml_string(texts.front());
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

std::vector<setting> parse_config_file(const std::string& path, std::string_view content) {
    const auto table = parse_table(path, content);
    std::vector<setting> settings;
    for (const auto& [key, node] : table) {
        const auto line = at_line(path, node.source().begin.line);
        const auto* const o = find_option(key.str());
        if (o == nullptr) throw unknown(line, node.is_table() ? "table" : "key", key.str());
        const auto where = line + std::string(o->name);
        settings.push_back({o, where, flag_texts(*o, where, node)});
    }
    return settings;
}

std::string to_toml(const config& from) {
    std::string out;
    for (const auto& group : option_table()) {
        out += (out.empty() ? "# " : "\n# ") + std::string(group.title) + '\n';
        for (const auto& o : group.options) {
            const auto texts = o.value.texts(from);
            const std::string name(o.name);
            out += texts.empty() ? "# " + name + ": " + std::string(o.fallback)
                                 : name + " = " + toml_value(o.value.shape, texts);
            out += '\n';
        }
    }
    return out;
}

}  // namespace pulsar::app
