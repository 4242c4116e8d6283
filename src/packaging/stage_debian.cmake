# Run by CPack before it packs: what Debian's policy wants besides what `cmake --install` installs.
find_program(shlibdeps dpkg-shlibdeps NO_CACHE)
if(NOT shlibdeps)
  message(FATAL_ERROR "missing: dpkg-dev, which finds out what the package depends on")
endif()
find_program(file file NO_CACHE)
if(NOT file)
  message(FATAL_ERROR "missing: file, which finds out what in the package is a program")
endif()
set(usr "${CPACK_TEMPORARY_INSTALL_DIRECTORY}/usr")
file(MAKE_DIRECTORY "${usr}/share/doc/pulsar")
file(COPY_FILE "${CPACK_PULSAR_PACKAGING}/debian/changelog" "${usr}/share/doc/pulsar/changelog")
file(COPY_FILE "${CPACK_PULSAR_PACKAGING}/../../LICENSE" "${usr}/share/doc/pulsar/copyright")
file(GLOB pages "${usr}/share/man/man1/*")
execute_process(COMMAND gzip -9n "${usr}/share/doc/pulsar/changelog" ${pages} COMMAND_ERROR_IS_FATAL ANY)

# Whatever the umask of the build, and of the checkout, was.
set(readable OWNER_READ OWNER_WRITE GROUP_READ WORLD_READ)
file(CHMOD "${usr}/share/doc/pulsar/changelog.gz" "${usr}/share/doc/pulsar/copyright" PERMISSIONS ${readable})
file(CHMOD_RECURSE "${CPACK_TEMPORARY_INSTALL_DIRECTORY}"
     DIRECTORY_PERMISSIONS ${readable} OWNER_EXECUTE GROUP_EXECUTE WORLD_EXECUTE)
