# Google Benchmark as a static library: guests have no libbenchmark.so, and distributions package no libbenchmark.a.
set(VFQUAL_BENCHMARK_ROOT "" CACHE PATH "Prefix of a static Google Benchmark; ci/static-benchmark makes one where this is empty")
if(NOT VFQUAL_BENCHMARK_ROOT)
  message(STATUS "Looking for a static Google Benchmark (built once, about a minute)")
  execute_process(COMMAND ${PROJECT_SOURCE_DIR}/ci/static-benchmark OUTPUT_VARIABLE benchmark_prefix
                  OUTPUT_STRIP_TRAILING_WHITESPACE COMMAND_ERROR_IS_FATAL ANY)
  set_property(CACHE VFQUAL_BENCHMARK_ROOT PROPERTY VALUE ${benchmark_prefix})
endif()
find_package(benchmark REQUIRED PATHS ${VFQUAL_BENCHMARK_ROOT} NO_DEFAULT_PATH)
get_target_property(benchmark_type benchmark::benchmark TYPE)
if(NOT benchmark_type STREQUAL STATIC_LIBRARY)
  message(FATAL_ERROR "${VFQUAL_BENCHMARK_ROOT} holds no static Google Benchmark, which the guests need")
endif()
