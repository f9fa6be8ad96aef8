# Google Benchmark as a static library: guests have no libbenchmark.so, and distributions package no libbenchmark.a.
include(StaticPrefix)
vfqual_static_prefix(VFQUAL_BENCHMARK_ROOT benchmark libbenchmark.a)
vfqual_static_library(benchmark::benchmark benchmark ${VFQUAL_BENCHMARK_ROOT} libbenchmark.a)
target_link_libraries(benchmark_benchmark INTERFACE Threads::Threads)
target_compile_definitions(benchmark_benchmark INTERFACE BENCHMARK_STATIC_DEFINE)
