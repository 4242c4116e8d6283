# Run by `cmake --install`: what lies in another place, or has another content, by the prefix. Uses `made`,
# `packaging`, `bindir` and `datadir` of install.cmake.

cmake_policy(VERSION 3.25)
cmake_path(ABSOLUTE_PATH CMAKE_INSTALL_PREFIX NORMALIZE OUTPUT_VARIABLE prefix)
string(REGEX REPLACE "/$" "" prefix "${prefix}")
foreach(folder IN ITEMS bindir datadir)  # which may be absolute: GNUInstallDirs
  cmake_path(ABSOLUTE_PATH ${folder} BASE_DIRECTORY "${prefix}")
endforeach()
set(etc "${prefix}/etc")
set(zsh "${datadir}/zsh/site-functions")
if(prefix STREQUAL "/usr")
  set(etc /etc)  # so says the Filesystem Hierarchy Standard
  if(EXISTS /etc/debian_version)
    set(zsh "${datadir}/zsh/vendor-completions")
  endif()
endif()

file(INSTALL "${made}/zsh/" DESTINATION "${zsh}")

foreach(unit pulsar.service pulsar.socket pulsar-activated.service)
  set(folder "${prefix}/lib/systemd/system")
  file(INSTALL "${packaging}/${unit}" DESTINATION "${folder}")
  file(READ "$ENV{DESTDIR}${folder}/${unit}" text)
  string(REPLACE "%" "%%" bin "${bindir}")  # systemd.unit(5), "Specifiers"
  string(REPLACE "%" "%%" configuration "${etc}")
  string(REPLACE "@bin@" "${bin}" text "${text}")
  string(REPLACE "@etc@" "${configuration}" text "${text}")
  file(WRITE "$ENV{DESTDIR}${folder}/${unit}" "${text}")
endforeach()

# What an administrator may have changed stays.
macro(install_configuration source folder name)
  if(NOT EXISTS "$ENV{DESTDIR}${folder}/${name}")
    file(INSTALL "${source}" DESTINATION "${folder}" RENAME ${name})
  endif()
endmacro()
install_configuration("${made}/pulsar.toml" "${etc}/pulsar" pulsar.toml)
install_configuration("${packaging}/logrotate" "${etc}/logrotate.d" pulsar)
