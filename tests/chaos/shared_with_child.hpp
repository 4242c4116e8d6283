#pragma once

#include "preload/map_shared.hpp"
#include "support/temp_dir.hpp"

#include <cerrno>
#include <string>
#include <sys/mman.h>
#include <system_error>

namespace pulsar::test {

/// A T, all zero at first, that a preloaded library in a child maps, too. Outlives the child.
template <class T>
class shared_with_child {
  public:
    shared_with_child() {
        write_file(file_, std::string(sizeof(T), '\0'));
        value_ = map_shared<T>(file_.c_str());
        if (value_ == nullptr) throw std::system_error(errno, std::generic_category(), file_);
    }
    ~shared_with_child() { ::munmap(value_, sizeof(T)); }
    shared_with_child(const shared_with_child&) = delete;
    shared_with_child& operator=(const shared_with_child&) = delete;

    [[nodiscard]] const std::string& file() const { return file_; }
    T& operator*() const { return *value_; }
    T* operator->() const { return value_; }

  private:
    const temp_dir dir_;
    const std::string file_ = dir_ / "shared";
    T* value_ = nullptr;
};

}  // namespace pulsar::test
