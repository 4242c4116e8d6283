# Fails when a module includes what it must not: the includes run app -> admin -> server -> net -> protocol, and
# bench_app -> report -> bench -> net, log, system and cli beside them, and each outside library
# has one module that names it.

cmake_minimum_required(VERSION 3.25)

set(may_include_protocol protocol)
set(may_include_log log system)
set(may_include_system system)
set(may_include_net net protocol log system)
set(may_include_server server net protocol log system)
set(may_include_admin admin server net protocol log system)
set(may_include_cli cli log system)
set(may_include_bench bench cli net protocol)
set(may_include_report report bench cli)
set(may_include_bench_app bench_app report bench cli net system)
set(may_include_app app admin server net protocol cli log system)
set(may_include_packaging app bench_app cli)

set(only_in_spdlog log)
set(only_in_CLI cli)
set(only_in_toml app)

set(faults "")
foreach(module protocol log system cli net server admin app bench report bench_app packaging)
  file(GLOB files ${ROOT}/include/pulsar/${module}/*.hpp ${ROOT}/src/${module}/*.hpp
       ${ROOT}/src/${module}/*.cpp)
  if(NOT files)
    list(APPEND faults "module ${module} is empty")
  endif()
  foreach(file ${files})
    file(STRINGS ${file} includes REGEX "^#include")
    foreach(line ${includes})
      if(line MATCHES "\"pulsar/([a-z_]+)/" AND NOT CMAKE_MATCH_1 IN_LIST may_include_${module})
        list(APPEND faults "${file}: ${line}")
      endif()
      foreach(library spdlog CLI toml)
        if(line MATCHES "<${library}" AND NOT module IN_LIST only_in_${library})
          list(APPEND faults "${file}: ${line}")
        endif()
      endforeach()
      if(line MATCHES "<boost/" AND module MATCHES "^(protocol|log)$")
        list(APPEND faults "${file}: ${line}")
      endif()
      # What a load generator shows of the daemon must not rest on the daemon's own code.
      if(module MATCHES "^bench" AND line MATCHES "\"pulsar/net/([a-z_]+)" AND
         NOT CMAKE_MATCH_1 MATCHES "^(address|clock|endpoint|mapped_address|open_files|phase|stream|task|turn_policy|turn_queue|unique_socket)$")
        list(APPEND faults "${file}: ${line}")
      endif()
      # A result that was read from a file knows nothing of the load.
      if(module STREQUAL report AND line MATCHES "\"pulsar/bench/([a-z_]+)" AND
         NOT CMAKE_MATCH_1 MATCHES "^(result|histogram)$")
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
  message(FATAL_ERROR "includes against the direction of the modules:\n  ${text}")
endif()
