#pragma once

#include <memory>
#include <string>
#include <vector>

namespace pulsar::cli {

/// Splits a program's arguments into flags and the rest, and no more: what the values mean is up to
/// the caller. Flags are named like `--threads`, with or without a letter.
class flags {
  public:
    flags();
    ~flags();
    flags(const flags&) = delete;
    flags& operator=(const flags&) = delete;

    /// A flag without a value.
    void add_switch(const std::string& name, char letter = '\0');

    /// A flag that takes one value each time that it is given. All of them are kept.
    void add_value(const std::string& name, char letter = '\0');

    /// `argv` as main() has it, the program's name first. A flag that lacks its value gets an empty
    /// one. Throws usage_error for a value where none belongs.
    void parse(int argc, const char* const* argv);

    bool given(const std::string& name) const;
    std::vector<std::string> values(const std::string& name) const;

    /// The value of a flag that is given, and may be given once. Throws usage_error.
    std::string single(const std::string& name) const;

    /// The arguments that no flag took. After `--` nothing is taken for a flag.
    std::vector<std::string> remaining() const;

  private:
    struct parser;
    std::unique_ptr<parser> parser_;
};

}  // namespace pulsar::cli
