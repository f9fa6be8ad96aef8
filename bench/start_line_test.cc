#include "bench/start_line.h"

#include <gtest/gtest.h>

#include <chrono>
#include <map>
#include <nlohmann/json.hpp>
#include <sstream>

namespace vfqual::bench {
namespace {

double Now_s() {
  return std::chrono::duration<double>(std::chrono::system_clock::now().time_since_epoch()).count();
}

// Each benchmark's first stamp, as Google Benchmark tells it in JSON.
std::map<std::string, double> FirstStamps(StartLine& line) {
  for (const char* name : {"a", "b"}) {
    benchmark::RegisterBenchmark(name,
                                 [&line, name](benchmark::State& state) {
                                   line.Begin(state, name);
                                   for ([[maybe_unused]] auto iteration : state) {
                                   }
                                 })
        ->Iterations(1)
        ->Repetitions(3);
  }
  std::ostringstream out;
  benchmark::JSONReporter reporter;
  reporter.SetOutputStream(&out);
  benchmark::RunSpecifiedBenchmarks(&reporter);
  benchmark::ClearRegisteredBenchmarks();
  const auto document = nlohmann::json::parse(out.str());
  std::map<std::string, double> stamps;
  for (const auto& run : document.at("benchmarks")) {
    if (run.contains("at_s")) stamps.try_emplace(run.at("run_name").get<std::string>().substr(0, 1), run.at("at_s"));
  }
  return stamps;
}

TEST(StartLine, EachBenchmarkBeginsInItsSlot) {
  StartLine line;
  const double start_s = Now_s() + 0.3;
  line.Set(start_s, 0.4);
  const auto stamps = FirstStamps(line);
  EXPECT_GE(stamps.at("a"), start_s);
  EXPECT_LT(stamps.at("a"), start_s + 0.4);
  EXPECT_GE(stamps.at("b"), start_s + 0.4);
  EXPECT_GT(Now_s(), stamps.at("b"));
}

TEST(StartLine, TellsThatItHasBegun) {
  const auto file = std::filesystem::path(testing::TempDir()) / "start_line_begun";
  std::filesystem::remove(file);
  StartLine line;
  line.Set(Now_s(), 0);
  line.SetBegunFile(file);
  EXPECT_FALSE(std::filesystem::exists(file));
  FirstStamps(line);
  EXPECT_TRUE(std::filesystem::exists(file));
  std::filesystem::remove(file);
}

TEST(StartLine, NothingIsStampedWithoutAStart) {
  StartLine line;
  EXPECT_TRUE(FirstStamps(line).empty());
}

}  // namespace
}  // namespace vfqual::bench
