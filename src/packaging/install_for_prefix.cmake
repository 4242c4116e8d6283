# Run by `cmake --install`: all folders, and the files that lie in another place, or have another content, by the
# prefix. Uses `made`, `packaging`, `bindir`, `datadir` and `mandir` of install.cmake.

cmake_policy(VERSION 3.25)
cmake_path(SET prefix "${CMAKE_INSTALL_PREFIX}/")  # CMake takes the slash away, even from /
cmake_path(ABSOLUTE_PATH prefix NORMALIZE)
string(REGEX REPLACE "/$" "" prefix "${prefix}")
foreach(folder IN ITEMS bindir datadir mandir)  # which may be absolute: GNUInstallDirs
  cmake_path(ABSOLUTE_PATH ${folder} BASE_DIRECTORY "${prefix}/")
endforeach()
set(etc "${prefix}/etc")
set(zsh "${datadir}/zsh/site-functions")
if(prefix STREQUAL "/usr")
  set(etc /etc)  # so says the Filesystem Hierarchy Standard
  if(EXISTS /etc/debian_version)
    set(zsh "${datadir}/zsh/vendor-completions")
  endif()
endif()

set(units "${prefix}/lib/systemd/system")

# Whatever the umask is: the services run as a user of their own.
function(make_folder folder)
  if(NOT folder OR IS_DIRECTORY "${folder}")
    return()
  endif()
  cmake_path(GET folder PARENT_PATH parent)
  make_folder("${parent}")
  file(MAKE_DIRECTORY "${folder}")
  file(CHMOD "${folder}" PERMISSIONS OWNER_READ OWNER_WRITE OWNER_EXECUTE GROUP_READ GROUP_EXECUTE
       WORLD_READ WORLD_EXECUTE)
endfunction()
foreach(folder "${bindir}" "${mandir}/man1" "${datadir}/bash-completion/completions"
        "${datadir}/fish/vendor_completions.d" "${zsh}" "${units}" "${etc}/pulsar" "${etc}/logrotate.d")
  make_folder("$ENV{DESTDIR}${folder}")
endforeach()

file(INSTALL "${made}/zsh/" DESTINATION "${zsh}")

foreach(unit pulsar.service pulsar.socket pulsar-activated.service)
  file(INSTALL "${packaging}/${unit}" DESTINATION "${units}")
  file(READ "$ENV{DESTDIR}${units}/${unit}" text)
  string(REPLACE "%" "%%" bin "${bindir}")  # systemd.unit(5), "Specifiers"
  string(REPLACE "%" "%%" configuration "${etc}")
  string(REPLACE "@bin@" "${bin}" text "${text}")
  string(REPLACE "@etc@" "${configuration}" text "${text}")
  file(WRITE "$ENV{DESTDIR}${units}/${unit}" "${text}")
endforeach()

# What an administrator may have changed stays.
macro(install_configuration source folder name)
  if(NOT EXISTS "$ENV{DESTDIR}${folder}/${name}")
    file(INSTALL "${source}" DESTINATION "${folder}" RENAME ${name})
  endif()
endmacro()
install_configuration("${made}/pulsar.toml" "${etc}/pulsar" pulsar.toml)
install_configuration("${packaging}/logrotate" "${etc}/logrotate.d" pulsar)
