#include "harness/stages/media_bench.h"

namespace vfqual {

ProgramRun MediaBench(const RunContext& context) {
  ProgramRun bench{"bench_media", {"--driver=" + context.prepared.plan.module.driver}};
  bench.device_optional = true;
  if (context.prepared.platform.hardware) {
    // Three sizes of each codec. What a single picture takes is asked for one size alone.
    bench.arguments.emplace_back("--benchmark_filter=-_(720p|2160p)_latency");
    bench.timeout = std::chrono::minutes(15);
  } else {
    // One shows the way; each further one costs ten seconds of emulation. Its check decodes as well.
    bench.arguments.emplace_back("--scale=lab");
    bench.arguments.emplace_back("--benchmark_filter=^h264_encode_96p(/.*)?$");
  }
  return bench;
}

}  // namespace vfqual
