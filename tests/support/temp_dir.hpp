#pragma once

#include <filesystem>
#include <string>
#include <string_view>

namespace pulsar::test {

/// A fresh directory, removed with all that is in it.
class temp_dir {
  public:
    temp_dir();
    ~temp_dir();
    temp_dir(const temp_dir&) = delete;
    temp_dir& operator=(const temp_dir&) = delete;

    /// The path of `name` inside.
    [[nodiscard]] std::string operator/(const std::string& name) const;

  private:
    std::filesystem::path path_;
};

/// Throws when the file cannot be read.
std::string read_file(const std::string& path);
void write_file(const std::string& path, const std::string& content);
/// Whether the file is there, with these words in it.
bool holds(const std::string& path, std::string_view words);

}  // namespace pulsar::test
