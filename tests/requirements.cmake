# Configures where something is missing or too old, and looks whether all of it is said at once.

cmake_minimum_required(VERSION 3.25)

function(expect_said)
  cmake_parse_arguments(SAID "" "" "BY;WORDS" ${ARGN})
  file(REMOVE_RECURSE ${FOLDER})
  execute_process(COMMAND ${SAID_BY} ${CMAKE_COMMAND} -S ${ROOT} -B ${FOLDER} -G Ninja ${SAID_UNPARSED_ARGUMENTS}
                  RESULT_VARIABLE status OUTPUT_QUIET ERROR_VARIABLE text)
  string(REGEX REPLACE "[ \n]+" " " text "${text}")
  if(status EQUAL 0)
    message(SEND_ERROR "configured without: ${SAID_WORDS}")
  endif()
  foreach(words IN LISTS SAID_WORDS)
    string(FIND "${text}" "${words}" at)
    if(at EQUAL -1)
      message(SEND_ERROR "\"${words}\" is not in: ${text}")
    endif()
  endforeach()
endfunction()

set(no_tools ${FOLDER}-path)  # where no program is
file(MAKE_DIRECTORY ${no_tools})
expect_said(BY ${CMAKE_COMMAND} -E env --unset=CXX PATH=${no_tools}
            WORDS "missing: ninja-build" "missing: g++" "src/packaging/install-packages installs")

expect_said(-D CMAKE_DISABLE_FIND_PACKAGE_spdlog=ON -D CMAKE_DISABLE_FIND_PACKAGE_CLI11=ON
            WORDS "missing: libspdlog-dev" "missing: libcli11-dev")

set(old ${FOLDER}-old/lib/cmake/Boost-1.74.0)
file(WRITE ${old}/BoostConfig.cmake "")
file(WRITE ${old}/BoostConfigVersion.cmake "set(PACKAGE_VERSION 1.74.0)\nset(PACKAGE_VERSION_COMPATIBLE FALSE)\n")
expect_said(-D CMAKE_PREFIX_PATH=${FOLDER}-old -D CMAKE_MAKE_PROGRAM=${NINJA} -D CMAKE_CXX_COMPILER=${CXX}
            -D CMAKE_FIND_USE_CMAKE_SYSTEM_PATH=OFF -D CMAKE_FIND_USE_SYSTEM_ENVIRONMENT_PATH=OFF
            WORDS "too old: Boost 1.74.0, needed is 1.81: libboost1.81-dev" "missing: libtomlplusplus-dev")
