# Configures another project that has pulsar as a part: it gets the programs, and no test.

cmake_minimum_required(VERSION 3.25)

file(REMOVE_RECURSE ${FOLDER})
file(WRITE ${FOLDER}/CMakeLists.txt
     "cmake_minimum_required(VERSION 3.25)\nproject(other CXX)\nadd_subdirectory(\"${ROOT}\" pulsar)\n")
execute_process(COMMAND ${CMAKE_COMMAND} -S ${FOLDER} -B ${FOLDER}/build -G Ninja -D CMAKE_MAKE_PROGRAM=${NINJA}
                        -D CMAKE_CXX_COMPILER=${CXX}
                OUTPUT_QUIET COMMAND_ERROR_IS_FATAL ANY)
file(READ ${FOLDER}/build/build.ninja rules)
string(FIND "${rules}" "build pulsar/pulsar-bench:" program)
string(FIND "${rules}" "unit_tests" test)
if(program EQUAL -1)
  message(FATAL_ERROR "pulsar-bench is not built")
endif()
if(NOT test EQUAL -1)
  message(FATAL_ERROR "tests are built")
endif()
