# Installs the build in BUILD below FOLDER, for four prefixes: what is where, that paths follow the prefix, and that
# everybody can read it, whatever the umask is.

cmake_minimum_required(VERSION 3.25)

function(install_to destination prefix)
  set(ENV{DESTDIR} "${destination}")
  execute_process(COMMAND sh -c "umask 077 && exec \"$@\"" sh
                          ${CMAKE_COMMAND} --install "${BUILD}" --prefix "${prefix}"
                  OUTPUT_QUIET COMMAND_ERROR_IS_FATAL ANY)
endfunction()

function(expect_files root)
  file(GLOB_RECURSE found RELATIVE "${root}" "${root}/*")
  list(SORT found)
  set(wanted ${ARGN})
  list(SORT wanted)
  if(NOT found STREQUAL wanted)
    message(FATAL_ERROR "in ${root} are\n  ${found}\nand not\n  ${wanted}")
  endif()
endfunction()

function(expect_readable_for_all root)
  execute_process(COMMAND find "${root}" ( -type d ! -perm 755 ) -o ( -type f ! -perm -444 )
                  OUTPUT_VARIABLE found COMMAND_ERROR_IS_FATAL ANY)
  if(found)
    message(FATAL_ERROR "not everybody can read\n${found}")
  endif()
endfunction()

function(expect_line file line)
  file(STRINGS "${file}" lines ENCODING UTF-8)
  if(NOT line IN_LIST lines)
    message(FATAL_ERROR "${file} has no line\n  ${line}\n${lines}")
  endif()
endfunction()

function(expect_paths units bin etc)
  expect_line("${units}/pulsar.service" "ExecStart=\"${bin}/pulsar\" --config \"${etc}/pulsar/pulsar.toml\"")
  expect_line("${units}/pulsar-activated.service"
              "ExecStart=\"${bin}/pulsar\" --config \"${etc}/pulsar/pulsar.toml\" --listen fd:pulsar")
endfunction()

set(everywhere
    bin/pulsar bin/pulsar-bench
    lib/systemd/system/pulsar-activated.service lib/systemd/system/pulsar.service lib/systemd/system/pulsar.socket
    share/bash-completion/completions/pulsar share/bash-completion/completions/pulsar-bench
    share/fish/vendor_completions.d/pulsar-bench.fish share/fish/vendor_completions.d/pulsar.fish
    share/man/man1/pulsar-bench.1 share/man/man1/pulsar.1)
set(configuration etc/logrotate.d/pulsar etc/pulsar/pulsar.toml)
set(zsh site-functions)
if(EXISTS /etc/debian_version)
  set(zsh vendor-completions)
endif()

file(REMOVE_RECURSE "${FOLDER}")
# A prefix of its own, with what has a meaning to systemd or to a shell.
set(prefix "${FOLDER}/50% of it")
install_to("" "${prefix}/")
expect_files("${prefix}" ${everywhere} ${configuration}
             share/zsh/site-functions/_pulsar share/zsh/site-functions/_pulsar-bench)
expect_readable_for_all("${prefix}")
string(REPLACE "%" "%%" in_unit "${prefix}")
expect_paths("${prefix}/lib/systemd/system" "${in_unit}/bin" "${in_unit}/etc")

# What an administrator has changed stays, the rest is new.
foreach(file IN LISTS configuration)
  file(WRITE "${prefix}/${file}" "# changed\n")
endforeach()
file(WRITE "${prefix}/lib/systemd/system/pulsar.socket" "# changed\n")
install_to("" "${prefix}")
foreach(file IN LISTS configuration)
  expect_line("${prefix}/${file}" "# changed")
endforeach()
expect_line("${prefix}/lib/systemd/system/pulsar.socket" "Service=pulsar-activated.service")
expect_paths("${prefix}/lib/systemd/system" "${in_unit}/bin" "${in_unit}/etc")

execute_process(COMMAND ${CMAKE_COMMAND} --install "${BUILD}" --prefix relative
                WORKING_DIRECTORY "${FOLDER}" OUTPUT_QUIET COMMAND_ERROR_IS_FATAL ANY)
expect_paths("${FOLDER}/relative/lib/systemd/system" "${FOLDER}/relative/bin" "${FOLDER}/relative/etc")

install_to("${FOLDER}/slash" /)
expect_paths("${FOLDER}/slash/lib/systemd/system" /bin /etc)

install_to("${FOLDER}/root" /usr)
list(TRANSFORM everywhere PREPEND usr/)
expect_files("${FOLDER}/root" ${everywhere} ${configuration}
             usr/share/zsh/${zsh}/_pulsar usr/share/zsh/${zsh}/_pulsar-bench)
expect_readable_for_all("${FOLDER}/root")
expect_paths("${FOLDER}/root/usr/lib/systemd/system" /usr/bin /etc)

# Of what Debian's tools are told, and nothing else compares.
file(STRINGS "${ROOT}/src/packaging/debian/conffiles" conffiles)
list(TRANSFORM configuration PREPEND /)
if(NOT conffiles STREQUAL configuration)
  message(FATAL_ERROR "conffiles are\n  ${conffiles}\nand not\n  ${configuration}")
endif()
file(STRINGS "${ROOT}/src/packaging/debian/changelog" released LIMIT_COUNT 1)
if(NOT released MATCHES "^pulsar \\(${VERSION}\\) ")
  message(FATAL_ERROR "the changelog of the package begins with ${released}, and not with ${VERSION}")
endif()
