// What libx265 asks of libnuma, of which distributions package no static library that fits into a shared object. It
// asks whether there is any NUMA first, and takes "no" for an answer.
extern "C" {
// NOLINTBEGIN(readability-identifier-naming): libnuma's names
int numa_available() {
  return -1;
}
void numa_allocate_cpumask() {
  __builtin_trap();
}
void numa_allocate_nodemask() {
  __builtin_trap();
}
void numa_bitmask_free() {
  __builtin_trap();
}
void numa_bitmask_weight() {
  __builtin_trap();
}
void numa_max_node() {
  __builtin_trap();
}
void numa_node_to_cpus() {
  __builtin_trap();
}
void numa_run_on_node_mask() {
  __builtin_trap();
}
void numa_set_interleave_mask() {
  __builtin_trap();
}
void numa_set_localalloc() {
  __builtin_trap();
}
// NOLINTEND(readability-identifier-naming)
}
