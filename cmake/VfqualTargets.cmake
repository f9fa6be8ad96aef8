# How every target of the tree is made, so that warnings, sanitizers and linking are the same everywhere.
include(GoogleTest)

option(VFQUAL_SANITIZE "Build with AddressSanitizer and UndefinedBehaviorSanitizer" OFF)

add_library(vfqual_flags INTERFACE)
target_compile_options(vfqual_flags INTERFACE
  -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wsign-conversion -Wnon-virtual-dtor -Wold-style-cast -Werror)
# GCC 12 reports false positives of these inside its own std::string and std::vector (gcc bugs 105329, 105762).
target_compile_options(vfqual_flags INTERFACE -Wno-restrict -Wno-stringop-overflow)
if(VFQUAL_SANITIZE)
  target_compile_options(vfqual_flags INTERFACE -fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer)
  target_link_options(vfqual_flags INTERFACE -fsanitize=address,undefined)
else()
  # The programs run on other distributions than the one that built them.
  target_link_options(vfqual_flags INTERFACE -static-libstdc++ -static-libgcc)
endif()

# vfqual_library(NAME SOURCES a.cc … [DEPS target …])
function(vfqual_library name)
  cmake_parse_arguments(ARG "" "" "SOURCES;DEPS" ${ARGN})
  add_library(${name} STATIC ${ARG_SOURCES})
  target_link_libraries(${name} PUBLIC vfqual_flags ${ARG_DEPS})
endfunction()

# vfqual_program(NAME SOURCES a.cc … [DEPS target …]): a program in build/<preset>/bin
function(vfqual_program name)
  cmake_parse_arguments(ARG "" "" "SOURCES;DEPS" ${ARGN})
  add_executable(${name} ${ARG_SOURCES})
  target_link_libraries(${name} PRIVATE vfqual_flags ${ARG_DEPS})
endfunction()

# vfqual_unit_tests(NAME SOURCES a_test.cc … [DEPS target …]): the unit tests of one room, label "unit"
function(vfqual_unit_tests name)
  cmake_parse_arguments(ARG "" "" "SOURCES;DEPS" ${ARGN})
  add_executable(${name} ${ARG_SOURCES})
  target_link_libraries(${name} PRIVATE vfqual_flags ${ARG_DEPS} GTest::gmock GTest::gtest GTest::gtest_main)
  set_target_properties(${name} PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/tests)
  target_compile_definitions(${name} PRIVATE VFQUAL_SOURCE_DIR="${CMAKE_SOURCE_DIR}")
  gtest_discover_tests(${name} PROPERTIES LABELS unit DISCOVERY_TIMEOUT 60)
endfunction()
