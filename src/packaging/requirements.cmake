# Says in one error all that is missing or too old to build pulsar, in place of CMake's first complaint
# and its page of search paths.

set(requirements  # name for find_package(), version or -, package of Debian, a header of it
    "Boost|1.81|libboost1.81-dev (Debian 12) or libboost-dev|boost/version.hpp"
    "spdlog|-|libspdlog-dev|spdlog/spdlog.h"
    "fmt|-|libfmt-dev|fmt/core.h"
    "CLI11|-|libcli11-dev|CLI/CLI.hpp"
    "tomlplusplus|-|libtomlplusplus-dev|toml++/toml.h")
if(PULSAR_TESTS)
  list(APPEND requirements "GTest|-|libgtest-dev|gtest/gtest.h")
endif()
if(PULSAR_TESTS AND NOT PULSAR_SANITIZE)
  list(APPEND requirements "benchmark|-|libbenchmark-dev|benchmark/benchmark.h")
endif()
set(unmet "")

function(fail_if_unmet)
  if(unmet)
    list(JOIN unmet "\n  " text)
    message(FATAL_ERROR "what pulsar is built with is not all here:\n  ${text}\n"
            "src/packaging/install-packages installs what is missing on Debian and Ubuntu, "
            "src/packaging/install-packages test what is missing for the tests too.")
  endif()
endfunction()

# Called before project(), which ends at the first of these.
macro(require_tools)
  if(CMAKE_GENERATOR MATCHES Ninja AND NOT CMAKE_MAKE_PROGRAM)
    find_program(ninja NAMES ninja ninja-build samu NO_CACHE)
    if(NOT ninja)
      list(APPEND unmet "missing: ninja-build")
    endif()
  endif()
  if(NOT CMAKE_CXX_COMPILER AND NOT DEFINED ENV{CXX} AND NOT CMAKE_TOOLCHAIN_FILE)
    find_program(compiler NAMES c++ g++ clang++ NO_CACHE)
    if(NOT compiler)
      list(APPEND unmet "missing: g++")
    endif()
  endif()
  if(unmet)
    foreach(requirement IN LISTS requirements)
      string(REPLACE "|" ";" requirement "${requirement}")
      list(GET requirement 2 package)
      list(GET requirement 3 header)
      unset(found)  # find_package() finds nothing without a compiler
      find_path(found ${header} PATHS /usr/include /usr/local/include NO_CACHE)
      if(NOT found)
        list(APPEND unmet "missing: ${package}")
      endif()
    endforeach()
  endif()
  fail_if_unmet()
endmacro()

# Called after project(). A macro: packages are found for the scope that calls.
macro(require_packages)
  if((CMAKE_CXX_COMPILER_ID STREQUAL GNU AND CMAKE_CXX_COMPILER_VERSION VERSION_LESS 12) OR
     (CMAKE_CXX_COMPILER_ID MATCHES Clang AND CMAKE_CXX_COMPILER_VERSION VERSION_LESS 16))
    list(APPEND unmet "too old: ${CMAKE_CXX_COMPILER_ID} ${CMAKE_CXX_COMPILER_VERSION}, needed is g++ 12 or clang 16")
  endif()
  foreach(requirement IN LISTS requirements)
    string(REPLACE "|" ";" requirement "${requirement}")
    list(GET requirement 0 name)
    list(GET requirement 1 version)
    list(GET requirement 2 package)
    if(version STREQUAL "-")
      find_package(${name} CONFIG QUIET)
    else()
      find_package(${name} ${version} CONFIG QUIET)
    endif()
    if(NOT ${name}_FOUND AND ${name}_CONSIDERED_VERSIONS)
      list(GET ${name}_CONSIDERED_VERSIONS 0 found)
      list(APPEND unmet "too old: ${name} ${found}, needed is ${version}: ${package}")
    elseif(NOT ${name}_FOUND)
      list(APPEND unmet "missing: ${package}")
    endif()
  endforeach()
  fail_if_unmet()
endmacro()
