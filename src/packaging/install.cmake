# What `cmake --install` puts where, and the Debian package. For src/CMakeLists.txt.

# Made at build time from the tables of options.
add_executable(pulsar-packaging packaging/main.cpp packaging/completions.cpp packaging/example_config.cpp)
target_link_libraries(pulsar-packaging PRIVATE pulsar_app pulsar_bench_app)
set(made ${CMAKE_CURRENT_BINARY_DIR}/packaging)
set(made_files pulsar.toml bash/pulsar bash/pulsar-bench zsh/_pulsar zsh/_pulsar-bench fish/pulsar.fish
               fish/pulsar-bench.fish)
list(TRANSFORM made_files PREPEND ${made}/)
file(MAKE_DIRECTORY ${made}/bash ${made}/zsh ${made}/fish)
add_custom_command(OUTPUT ${made_files} COMMAND pulsar-packaging ${made} DEPENDS pulsar-packaging VERBATIM)
add_custom_target(pulsar_installed_files ALL DEPENDS ${made_files})

include(GNUInstallDirs)
# The prefix is known only at install time: `cmake --install --prefix`.
set(at_install_time
    "set(made \"${made}\")" "set(packaging \"${CMAKE_CURRENT_LIST_DIR}\")"
    "set(bindir \"${CMAKE_INSTALL_BINDIR}\")" "set(datadir \"${CMAKE_INSTALL_DATADIR}\")"
    "set(mandir \"${CMAKE_INSTALL_MANDIR}\")")
list(JOIN at_install_time "\n" at_install_time)
install(CODE "${at_install_time}")
# First, since it makes all folders.
install(SCRIPT packaging/install_for_prefix.cmake)

install(TARGETS pulsar pulsar-bench RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR})
install(FILES app/pulsar.1 bench/pulsar-bench.1 DESTINATION ${CMAKE_INSTALL_MANDIR}/man1)
install(DIRECTORY ${made}/bash/ DESTINATION ${CMAKE_INSTALL_DATADIR}/bash-completion/completions)
install(DIRECTORY ${made}/fish/ DESTINATION ${CMAKE_INSTALL_DATADIR}/fish/vendor_completions.d)

if(NOT PROJECT_IS_TOP_LEVEL)
  return()
endif()
set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGE_NAME pulsar)
set(CPACK_PACKAGE_CONTACT "the pulsar authors <pulsar@example.org>")
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "echo daemon for length-prefixed frames, and its load generator")
set(CPACK_DEBIAN_PACKAGE_DESCRIPTION "\
pulsar sends every complete frame back, byte for byte and in order: the
known far end for tests of clients, proxies, load balancers, firewalls and
networks. pulsar-bench measures any server of this protocol, and checks
each byte that comes back.")
set(CPACK_DEBIAN_PACKAGE_SECTION net)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_STRIP_FILES ON)
set(CPACK_SET_DESTDIR ON)  # so that the prefix of install_for_prefix.cmake is this:
set(CPACK_INSTALL_PREFIX /usr)
set(CPACK_PRE_BUILD_SCRIPTS ${CMAKE_CURRENT_LIST_DIR}/stage_debian.cmake)
set(CPACK_PULSAR_PACKAGING ${CMAKE_CURRENT_LIST_DIR})
list(APPEND CPACK_DEBIAN_PACKAGE_CONTROL_EXTRA ${CMAKE_CURRENT_LIST_DIR}/debian/conffiles)
foreach(script postinst prerm postrm)
  list(APPEND CPACK_DEBIAN_PACKAGE_CONTROL_EXTRA ${CMAKE_CURRENT_LIST_DIR}/debian/${script})
endforeach()
set(CPACK_DEBIAN_PACKAGE_CONTROL_STRICT_PERMISSION ON)
include(CPack)
