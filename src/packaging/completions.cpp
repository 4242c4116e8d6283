#include "completions.hpp"

#include <algorithm>

namespace pulsar::packaging {
namespace {

bool takes_file(const cli::option& o) {
    return o.metavar == "FILE" || o.metavar == "PATH";
}

/// What it does, up to the first semicolon.
std::string_view summary(const cli::option& o) {
    return o.help.substr(0, o.help.find(';'));
}

/// `-t|--threads`
std::string names_of(const cli::option& o, std::string_view between) {
    std::string names;
    if (o.letter != '\0') names.append({'-', o.letter}).append(between);
    return names.append("--").append(o.name);
}

/// `text` with a backslash before each character of `which`.
std::string escaped(std::string_view text, std::string_view which) {
    std::string out;
    for (const char c : text) {
        if (which.find(c) != std::string_view::npos) out += '\\';
        out += c;
    }
    return out;
}

/// For bash and zsh.
std::string in_single_quotes(std::string_view text) {
    std::string out = "'";
    for (const char c : text)
        out += c == '\'' ? "'\\''" : std::string{c};
    return out + "'";
}

/// Calls `use` with each option, in order.
template <typename Use>
void for_each(const cli::option_table& table, Use use) {
    for (const auto& group : table) {
        for (const auto& o : group.options)
            use(o);
    }
}

}  // namespace

std::string bash_completion(const command& of) {
    std::string words(of.verbs);
    std::string cases;
    for_each(of.flags, [&](const cli::option& o) {
        words.append(words.empty() ? "" : " ").append(names_of(o, " "));
        if (o.metavar.empty()) return;
        cases.append("        ").append(names_of(o, "|")).append(") ");
        if (takes_file(o)) {
            cases += "compopt -o default; return ;;\n";
        } else if (o.value.words.empty()) {
            cases += "return ;;\n";
        } else {
            cases.append("words='").append(o.value.words).append("' ;;\n");
        }
    });
    const std::string name(of.name);
    auto function = std::string("_").append(name);
    std::ranges::replace(function, '-', '_');
    std::string files;
    if (!of.verbs.empty()) {
        files.append("if ((COMP_CWORD > 1)) && [[ ' ").append(of.verbs);
        files +=
            " ' == *\" ${COMP_WORDS[1]} \"* && $word != -* ]]; then compopt -o default; return; "
            "fi\n"
            "            ";
    }
    return function + R"(() {
    COMPREPLY=()
    local word=${COMP_WORDS[COMP_CWORD]} flag=${COMP_WORDS[COMP_CWORD-1]} words=
    # To bash, --flag=value is three words.
    if [[ $word == = ]]; then
        word=
    elif [[ $flag == = ]]; then
        flag=${COMP_WORDS[COMP_CWORD-2]}
    fi
    case $flag in
)" + cases +
           "        *) " + files + "words='" + words + R"(' ;;
    esac
    COMPREPLY=($(compgen -W "$words" -- "$word"))
}
complete -F )" +
           function + ' ' + name + '\n';
}

std::string zsh_completion(const command& of) {
    std::string out = "#compdef ";
    out.append(of.name).append("\n_arguments -s -S");
    const auto argument = [&](const std::string& before, const std::string& spec) {
        out.append(" \\\n    ").append(before).append(in_single_quotes(spec));
    };
    for_each(of.flags, [&](const cli::option& o) {
        const bool takes_value = !o.metavar.empty();
        std::string flags = o.value.shape == cli::toml_shape::list
                                ? "'*'"
                                : in_single_quotes('(' + names_of(o, " ") + ')');
        const auto name = std::string("--").append(o.name).append(takes_value ? "=" : "");
        if (o.letter == '\0') {
            flags += name;
        } else {
            flags.append({'{', '-', o.letter}).append(takes_value ? "+," : ",").append(name + '}');
        }
        auto spec = '[' + escaped(summary(o), "[]:\\") + ']';
        if (takes_value) spec.append(":").append(o.metavar).append(":");
        if (takes_file(o)) {
            spec += "_files";
        } else if (!o.value.words.empty()) {
            spec.append("(").append(o.value.words).append(")");
        } else if (takes_value) {
            spec += ' ';  // nothing to offer
        }
        argument(flags, spec);
    });
    if (!of.verbs.empty()) {
        argument("", std::string("1:ADDRESS:(").append(of.verbs).append(")"));
        argument("", "*:FILE:_files");
    }
    return out + '\n';
}

std::string fish_completion(const command& of) {
    const auto line = "complete -c " + std::string(of.name);
    std::string out = line + " -f\n";
    if (!of.verbs.empty()) {
        out.append(line).append(" -n __fish_use_subcommand -a '").append(of.verbs).append("'\n");
        out.append(line)
            .append(" -n '__fish_seen_subcommand_from ")
            .append(of.verbs)
            .append("' -F\n");
    }
    for_each(of.flags, [&](const cli::option& o) {
        out += line;
        if (o.letter != '\0') out.append(" -s ").append({o.letter});
        out.append(" -l ").append(o.name);
        if (takes_file(o)) {
            out += " -r -F";
        } else if (!o.value.words.empty()) {
            out.append(" -x -a '").append(o.value.words).append("'");
        } else if (!o.metavar.empty()) {
            out += " -x";
        }
        out.append(" -d '").append(escaped(summary(o), "'\\")).append("'\n");
    });
    return out;
}

}  // namespace pulsar::packaging
