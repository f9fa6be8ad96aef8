#include "bench/start_line.h"

#include <algorithm>
#include <charconv>
#include <chrono>
#include <cmath>
#include <fstream>
#include <iostream>
#include <optional>
#include <thread>
#include <utility>

namespace vfqual::bench {

namespace {

using Clock = std::chrono::system_clock;

// Clocks of different machines differ; one that is far ahead must not keep a machine waiting for ever.
constexpr std::chrono::seconds kLongestWait{60};
// Others may still prepare on the same processor.
constexpr std::chrono::milliseconds kLookInterval{50};

double Now_s() {
  return std::chrono::duration<double>(Clock::now().time_since_epoch()).count();
}

void WaitUntil(double at_s) {
  const Clock::time_point latest = Clock::now() + kLongestWait;
  if (at_s > std::chrono::duration<double>(latest.time_since_epoch()).count()) {
    return std::this_thread::sleep_until(latest);
  }
  std::this_thread::sleep_until(
      Clock::time_point(std::chrono::duration_cast<Clock::duration>(std::chrono::duration<double>(at_s))));
}

// Once: the path is forgotten.
void MakeEmpty(std::filesystem::path& file) {
  if (!file.empty()) std::ofstream(std::exchange(file, {}));
}

// Nothing while its writer is not done with it.
std::optional<std::string> WholeLine(const std::filesystem::path& file) {
  std::ifstream in(file);
  std::string line;
  if (!std::getline(in, line) || in.eof()) return std::nullopt;
  return line;
}

std::optional<double> Seconds(const std::string& line) {
  double seconds = 0;
  const char* const end = line.data() + line.size();
  const auto [parsed_to, error] = std::from_chars(line.data(), end, seconds);
  if (error != std::errc() || parsed_to != end || !std::isfinite(seconds) || seconds <= 0) return std::nullopt;
  return seconds;
}

}  // namespace

void StartLine::Begin(benchmark::State& state, const std::string& benchmark) {
  MakeEmpty(options_.ready_file);
  if (!options_.start_file.empty()) AwaitStart();
  if (options_.start_at_s <= 0) return MakeEmpty(options_.begun_file);
  if (std::find(begun_.begin(), begun_.end(), benchmark) == begun_.end()) {
    WaitUntil(options_.start_at_s + static_cast<double>(begun_.size()) * options_.slot_s);
    begun_.push_back(benchmark);
  }
  MakeEmpty(options_.begun_file);
  state.counters["at_s"] = Now_s();
}

void StartLine::AwaitStart() {
  const auto file = std::exchange(options_.start_file, {});
  const auto until = std::chrono::steady_clock::now() + std::chrono::duration<double>(options_.longest_wait_s);
  auto line = WholeLine(file);
  while (!line && std::chrono::steady_clock::now() < until) {
    std::this_thread::sleep_for(kLookInterval);
    line = WholeLine(file);
  }
  const auto start_at_s = line ? Seconds(*line) : std::nullopt;
  options_.start_at_s = start_at_s.value_or(Now_s());
  if (start_at_s) return;
  std::cerr << file.string() << ": " << (line ? "it holds no time" : "it did not come in time")
            << "; measuring without a common start\n";
}

}  // namespace vfqual::bench
