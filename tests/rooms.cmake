# Fails when a room includes what it must not: the includes run app -> server -> net -> protocol, log
# beside them, and each outside library has one room that names it.

cmake_minimum_required(VERSION 3.25)

set(may_include_protocol protocol)
set(may_include_log log)
set(may_include_net net protocol log)
set(may_include_server server net protocol log)
set(may_include_cli cli log)
set(may_include_bench bench cli net protocol)
set(may_include_app app server net protocol cli log)

set(only_in_spdlog log)
set(only_in_CLI cli)
set(only_in_toml app)

set(faults "")
foreach(room protocol log cli net server app bench)
  file(GLOB files ${ROOT}/include/pulsar/${room}/*.hpp ${ROOT}/src/${room}/*.hpp
       ${ROOT}/src/${room}/*.cpp)
  if(NOT files)
    list(APPEND faults "room ${room} is empty")
  endif()
  foreach(file ${files})
    file(STRINGS ${file} includes REGEX "^#include")
    foreach(line ${includes})
      if(line MATCHES "\"pulsar/([a-z]+)/" AND NOT CMAKE_MATCH_1 IN_LIST may_include_${room})
        list(APPEND faults "${file}: ${line}")
      endif()
      foreach(library spdlog CLI toml)
        if(line MATCHES "<${library}" AND NOT room IN_LIST only_in_${library})
          list(APPEND faults "${file}: ${line}")
        endif()
      endforeach()
      if(line MATCHES "<boost/" AND room MATCHES "^(protocol|log)$")
        list(APPEND faults "${file}: ${line}")
      endif()
      # What a load generator shows of the daemon must not rest on the daemon's own code.
      if(room STREQUAL bench AND line MATCHES "\"pulsar/net/([a-z_]+)" AND
         NOT CMAKE_MATCH_1 MATCHES "^(address|clock|endpoint|open_files|stream|task|turn_queue|turns)$")
        list(APPEND faults "${file}: ${line}")
      endif()
      if(line MATCHES "/detail/")
        list(APPEND faults "${file}: ${line}")
      endif()
    endforeach()
  endforeach()
endforeach()

if(faults)
  list(JOIN faults "\n  " text)
  message(FATAL_ERROR "includes against the direction of the rooms:\n  ${text}")
endif()
