#include "bench/start_line.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <cmath>
#include <filesystem>
#include <fstream>
#include <map>
#include <nlohmann/json.hpp>
#include <sstream>
#include <string>
#include <thread>

namespace vfqual::bench {
namespace {

double ClockNow_s() {
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

class StartLineFiles : public testing::Test {
 protected:
  void SetUp() override {
    const auto* test = testing::UnitTest::GetInstance()->current_test_info();
    folder_ = std::filesystem::path(testing::TempDir()) / (std::string("start_line_") + test->name());
    std::filesystem::remove_all(folder_);
    std::filesystem::create_directory(folder_);
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }

  std::filesystem::path File(const char* name) const { return folder_ / name; }
  bool Exists(const char* name) const { return std::filesystem::exists(File(name)); }
  void Write(const char* name, const std::string& text) const { std::ofstream(File(name), std::ios::app) << text; }

  StartOptions WithFiles() const {
    StartOptions options;
    options.start_file = File("start");
    options.ready_file = File("ready");
    options.begun_file = File("begun");
    return options;
  }

 private:
  std::filesystem::path folder_;
};

TEST(StartLine, EachBenchmarkBeginsInItsSlot) {
  StartLine line;
  const double start_s = ClockNow_s() + 0.3;
  line.Set({start_s, 0.4});
  const auto stamps = FirstStamps(line);
  EXPECT_GE(stamps.at("a"), start_s);
  EXPECT_LT(stamps.at("a"), start_s + 0.4);
  EXPECT_GE(stamps.at("b"), start_s + 0.4);
  EXPECT_GT(ClockNow_s(), stamps.at("b"));
}

TEST(StartLine, NothingIsStampedWithoutAStart) {
  StartLine line;
  EXPECT_TRUE(FirstStamps(line).empty());
}

TEST_F(StartLineFiles, TellsThatItHasBegun) {
  StartLine line;
  StartOptions options;
  options.start_at_s = ClockNow_s();
  options.begun_file = File("begun");
  line.Set(options);
  EXPECT_FALSE(Exists("begun"));
  FirstStamps(line);
  EXPECT_TRUE(Exists("begun"));
}

TEST_F(StartLineFiles, SaysThatItIsReadyAndWaitsForItsStart) {
  StartLine line;
  auto options = WithFiles();
  options.slot_s = 0.4;
  options.longest_wait_s = 20;
  line.Set(options);
  EXPECT_FALSE(Exists("ready"));
  double start_s = 0;
  std::jthread starter([&] {
    while (!Exists("ready")) std::this_thread::sleep_for(std::chrono::milliseconds(5));
    std::this_thread::sleep_for(std::chrono::milliseconds(200));
    EXPECT_FALSE(Exists("begun"));
    start_s = std::floor(ClockNow_s()) + 2;
    const auto text = std::to_string(start_s);
    Write("start", text.substr(0, 2));  // a time long ago, were it read before it is whole
    std::this_thread::sleep_for(std::chrono::milliseconds(200));
    EXPECT_FALSE(Exists("begun"));
    Write("start", text.substr(2) + "\n");
  });
  const auto stamps = FirstStamps(line);
  starter.join();
  EXPECT_TRUE(Exists("begun"));
  EXPECT_GE(stamps.at("a"), start_s);
  EXPECT_LT(stamps.at("a"), start_s + 0.4);
  EXPECT_GE(stamps.at("b"), start_s + 0.4);
}

TEST_F(StartLineFiles, DoesNotWaitForAStartForEver) {
  StartLine line;
  auto options = WithFiles();
  options.longest_wait_s = 0.3;
  line.Set(options);
  const double began_s = ClockNow_s();
  testing::internal::CaptureStderr();
  const auto stamps = FirstStamps(line);
  EXPECT_THAT(testing::internal::GetCapturedStderr(),
              testing::HasSubstr("start: it did not come in time; measuring without a common start"));
  EXPECT_GE(stamps.at("a"), began_s + 0.3) << "it is stamped all the same";
  EXPECT_LT(ClockNow_s(), began_s + 10);
}

TEST_F(StartLineFiles, MeasuresAtOnceWhereTheFileHoldsNoTime) {
  for (const char* text : {"soon\n", "\n", "-1\n", "inf\n", "12 34\n"}) {
    StartLine line;
    auto options = WithFiles();
    options.longest_wait_s = 60;
    line.Set(options);
    std::filesystem::remove(File("start"));
    Write("start", text);
    const double began_s = ClockNow_s();
    testing::internal::CaptureStderr();
    EXPECT_LT(FirstStamps(line).at("a"), began_s + 10) << text;
    EXPECT_THAT(testing::internal::GetCapturedStderr(), testing::HasSubstr("start: it holds no time")) << text;
  }
}

}  // namespace
}  // namespace vfqual::bench
