# How every target of the tree is made, so that warnings, sanitizers and linking are the same everywhere.
include(GoogleTest)

option(VFQUAL_SANITIZE "Build with AddressSanitizer and UndefinedBehaviorSanitizer" OFF)

add_library(vfqual_flags INTERFACE)
target_compile_options(vfqual_flags INTERFACE
  -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wsign-conversion -Wnon-virtual-dtor -Wold-style-cast -Werror)
# GCC 12 reports false positives of these inside its own std::string and std::vector (gcc bugs 105329, 105762, 105651).
target_compile_options(vfqual_flags INTERFACE
  $<$<CXX_COMPILER_ID:GNU>:-Wno-restrict -Wno-stringop-overflow -Wno-stringop-overread -Wno-array-bounds>)
# Memory is not what a compiler of this tree lacks (0.7 GiB at most): collecting its garbage takes a tenth of its time.
target_compile_options(vfqual_flags INTERFACE
  "$<$<CXX_COMPILER_ID:GNU>:SHELL:--param ggc-min-expand=500 --param ggc-min-heapsize=1500000>")
if(VFQUAL_SANITIZE)
  # Left out is what AddressSanitizer or the processor tells as well, and costs a quarter of the build.
  target_compile_options(vfqual_flags INTERFACE
    -fsanitize=address,undefined -fno-sanitize=null,alignment,object-size,vptr -fno-sanitize-recover=all -fno-omit-frame-pointer)
  target_link_options(vfqual_flags INTERFACE -fsanitize=address,undefined)
else()
  # The programs run on other distributions than the one that built them.
  target_link_options(vfqual_flags INTERFACE -static-libstdc++ -static-libgcc)
endif()

# fmt as a static library of our own: see the file.
add_library(vfqual_fmt STATIC ${CMAKE_CURRENT_LIST_DIR}/fmt_bodies.cc)
target_link_libraries(vfqual_fmt PRIVATE vfqual_flags)

# The headers that nearly every file includes take longer to parse than the rest of it. Two sets, compiled once: for the
# programs, and for the tests. Files include what they use all the same: the debug preset builds without (VFQUAL_PCH).
option(VFQUAL_PCH "Precompile the common headers" ON)
function(vfqual_precompiled name)
  cmake_parse_arguments(ARG "" "" "HEADERS;DEPS;OPTIONS" ${ARGN})
  if(NOT VFQUAL_PCH OR TARGET ${name})
    return()
  endif()
  file(GENERATE OUTPUT ${CMAKE_BINARY_DIR}/${name}.cc CONTENT "")
  add_library(${name} OBJECT ${CMAKE_BINARY_DIR}/${name}.cc)
  target_link_libraries(${name} PRIVATE vfqual_flags ${ARG_DEPS})
  target_compile_options(${name} PRIVATE -fpch-preprocess ${ARG_OPTIONS})
  target_precompile_headers(${name} PRIVATE ${ARG_HEADERS})
endfunction()

function(vfqual_use_precompiled target name)
  if(TARGET ${name})
    target_precompile_headers(${target} REUSE_FROM ${name})
    target_compile_options(${target} PRIVATE -fpch-preprocess)  # so that ccache can cache it
  endif()
endfunction()

# Code that does little but read a command line: CLI11 lies in its headers alone, and optimising it in each file that uses it
# took a sixth of the build.
set(VFQUAL_COMMAND_LINE_OPTIONS -O0)
function(vfqual_as_command_line target)
  target_compile_options(${target} PRIVATE ${VFQUAL_COMMAND_LINE_OPTIONS})
  vfqual_use_precompiled(${target} vfqual_command_line_headers)
endfunction()

# Compiling several files of a target at once takes a fifth of the time: what the headers hold is parsed, and what their templates
# become is generated, once for all of them. So names in anonymous namespaces are unique within a target. The debug preset
# compiles each file on its own, for quick changes and so that each includes what it uses.
option(VFQUAL_UNITY "Compile the files of a target together" ON)
function(vfqual_unity target)
  set_target_properties(${target} PROPERTIES UNITY_BUILD ${VFQUAL_UNITY} UNITY_BUILD_BATCH_SIZE 16)
endfunction()

# vfqual_library(NAME SOURCES a.cc … [DEPS target …] [SHAREABLE] [COMMAND_LINE]): SHAREABLE code may become part of a shared
# object (for which the precompiled headers are not made).
function(vfqual_library name)
  cmake_parse_arguments(ARG "SHAREABLE;COMMAND_LINE" "" "SOURCES;DEPS" ${ARGN})
  add_library(${name} STATIC ${ARG_SOURCES})
  target_link_libraries(${name} PUBLIC vfqual_flags ${ARG_DEPS})
  vfqual_unity(${name})
  if(ARG_SHAREABLE)
    set_target_properties(${name} PROPERTIES POSITION_INDEPENDENT_CODE ON)
  elseif(ARG_COMMAND_LINE)
    vfqual_as_command_line(${name})
  else()
    vfqual_use_precompiled(${name} vfqual_common_headers)
  endif()
endfunction()

# vfqual_program(NAME SOURCES a.cc … [DEPS target …] [COMMAND_LINE]): a program in build/<preset>/bin
function(vfqual_program name)
  cmake_parse_arguments(ARG "COMMAND_LINE" "" "SOURCES;DEPS" ${ARGN})
  add_executable(${name} ${ARG_SOURCES})
  target_link_libraries(${name} PRIVATE vfqual_flags ${ARG_DEPS})
  vfqual_unity(${name})
  if(ARG_COMMAND_LINE)
    vfqual_as_command_line(${name})
  else()
    vfqual_use_precompiled(${name} vfqual_common_headers)
  endif()
endfunction()

add_custom_target(all_unit_tests)  # all that tests labelled "unit" run
add_custom_target(all_lab_tests)   # and "lab"

# VFQUAL_SOURCE_DIR for those of these files that use it: ccache serves the others to another clone as well.
function(vfqual_define_source_dir)
  foreach(source IN LISTS ARGN)
    cmake_path(ABSOLUTE_PATH source OUTPUT_VARIABLE path)
    file(STRINGS ${path} uses REGEX "VFQUAL_SOURCE_DIR")
    if(uses)
      set_property(SOURCE ${source} APPEND PROPERTY COMPILE_DEFINITIONS VFQUAL_SOURCE_DIR="${CMAKE_SOURCE_DIR}")
    endif()
  endforeach()
endfunction()

# The tests of a GoogleTest program as ctest's; `…`: their properties.
function(vfqual_discover_tests name)
  # A parameter's value, as GoogleTest prints it, can be bytes and addresses: no name for a test.
  gtest_discover_tests(${name} DISCOVERY_TIMEOUT 60 NO_PRETTY_VALUES PROPERTIES ${ARGN})
  add_custom_command(TARGET ${name} POST_BUILD VERBATIM
    COMMAND ${CMAKE_COMMAND} -DTESTS_FILE=${CMAKE_CURRENT_BINARY_DIR}/${name}[1]_tests.cmake
            -P ${CMAKE_SOURCE_DIR}/cmake/TellFailedFromSkipped.cmake)
endfunction()

# vfqual_unit_tests(NAME SOURCES a_test.cc … [DEPS target …]): the unit tests of one room, label "unit"
function(vfqual_unit_tests name)
  cmake_parse_arguments(ARG "" "" "SOURCES;DEPS" ${ARGN})
  add_executable(${name} ${ARG_SOURCES})
  target_link_libraries(${name} PRIVATE vfqual_flags ${ARG_DEPS} GTest::gmock GTest::gtest GTest::gtest_main)
  vfqual_unity(${name})
  vfqual_use_precompiled(${name} vfqual_test_headers)
  set_target_properties(${name} PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/tests)
  vfqual_define_source_dir(${ARG_SOURCES})
  add_dependencies(all_unit_tests ${name})
  vfqual_discover_tests(${name} LABELS unit)
endfunction()

# vfqual_lab_tests(NAME SOURCES a_test.cc … TARGETS program … [DEPS target …] [EXTENDED] [TIMEOUT seconds]): tests that boot the lab, label "lab"; one at
# a time, since each takes a processor and gigabytes of memory; unit tests may run beside it. EXTENDED ones have the label
# "lab_extended" instead, and ci/test runs them only where they are asked for. The lab host lacks the sanitizers' libraries, so they have
# no such tests.
function(vfqual_lab_tests name)
  if(VFQUAL_SANITIZE)
    return()
  endif()
  cmake_parse_arguments(ARG "EXTENDED" "TIMEOUT" "SOURCES;TARGETS;DEPS" ${ARGN})
  if(NOT ARG_TIMEOUT)
    set(ARG_TIMEOUT 1500)
  endif()
  set(label lab)
  if(ARG_EXTENDED)
    set(label lab_extended)
  endif()
  add_executable(${name} ${ARG_SOURCES})
  target_link_libraries(${name} PRIVATE vfqual_flags ${ARG_DEPS} GTest::gmock GTest::gtest GTest::gtest_main)
  vfqual_unity(${name})
  vfqual_use_precompiled(${name} vfqual_test_headers)
  set_target_properties(${name} PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/tests)
  target_compile_definitions(${name} PRIVATE VFQUAL_SOURCE_DIR="${CMAKE_SOURCE_DIR}"
                             VFQUAL_PROGRAMS_DIR="${CMAKE_RUNTIME_OUTPUT_DIRECTORY}")
  add_dependencies(${name} ${ARG_TARGETS})
  add_dependencies(all_lab_tests ${name})
  vfqual_discover_tests(${name} LABELS ${label} RESOURCE_LOCK lab TIMEOUT ${ARG_TIMEOUT})
endfunction()
