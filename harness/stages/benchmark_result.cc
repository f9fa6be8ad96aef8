#include "harness/stages/benchmark_result.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <map>
#include <nlohmann/json.hpp>
#include <string_view>

namespace vfqual {

namespace {

constexpr std::size_t kMaxRuns = 10000;
constexpr std::size_t kMaxBenchNameBytes = 200;
constexpr std::size_t kMaxContext = 50;

using nlohmann::json;

// Every other number of a run is a counter (google/benchmark, src/json_reporter.cc).
constexpr std::array<std::string_view, 12> kBuiltIn = {"family_index",
                                                       "per_family_instance_index",
                                                       "repetitions",
                                                       "repetition_index",
                                                       "threads",
                                                       "iterations",
                                                       "real_time",
                                                       "cpu_time",
                                                       "cpu_coefficient",
                                                       "real_coefficient",
                                                       "rms",
                                                       "allocs_per_iter"};

// The counter that bench/start_line.h adds.
constexpr const char* kStamp = "at_s";

// Bare NaN and Infinity, outside of strings, as null.
std::string WithoutBareNonNumbers(const std::string& text) {
  std::string out;
  out.reserve(text.size());
  bool in_string = false;
  for (std::size_t at = 0; at < text.size(); ++at) {
    const char letter = text[at];
    if (in_string) {
      out += letter;
      if (letter == '\\' && at + 1 < text.size()) {
        out += text[++at];
      } else if (letter == '"') {
        in_string = false;
      }
      continue;
    }
    const std::string_view rest = std::string_view(text).substr(at);
    const auto word = [&rest](std::string_view name) { return rest.starts_with(name); };
    if (word("-Infinity") || word("-NaN") || word("NaN") || word("Infinity")) {
      at += (word("-Infinity") ? 9U : word("Infinity") ? 8U : word("-NaN") ? 4U : 3U) - 1U;
      out += "null";
      continue;
    }
    in_string = letter == '"';
    out += letter;
  }
  return out;
}

// "name/real_time" is how a benchmark that is timed by the wall clock is called (BenchmarkName of google/benchmark).
std::string PathOf(std::string name) {
  for (const std::string_view how : {"/real_time", "/manual_time", "/process_time"}) {
    if (name.ends_with(how)) name.resize(name.size() - how.size());
  }
  std::string path = "bench.";
  for (const char letter : name.substr(0, kMaxBenchNameBytes)) {
    path += std::isalnum(static_cast<unsigned char>(letter)) != 0 || letter == '-' ? letter : '_';
  }
  return path;
}

std::string BenchText(const json& object, const char* key) {
  const auto found = object.find(key);
  return found != object.end() && found->is_string() ? found->get<std::string>() : std::string();
}

double Number(const json& object, const char* key) {
  const auto found = object.find(key);
  return found != object.end() && found->is_number() ? found->get<double>() : 0;
}

// Seconds in the run's own unit of time.
double UnitSeconds(const json& run) {
  const std::string unit = BenchText(run, "time_unit");
  return unit == "s" ? 1 : unit == "ms" ? 1e-3 : unit == "us" ? 1e-6 : 1e-9;
}

std::map<std::string, std::string> ReadContext(const json& document) {
  std::map<std::string, std::string> context;
  const auto found = document.find("context");
  if (found == document.end() || !found->is_object()) return context;
  for (const auto& [name, value] : found->items()) {
    if (!name.starts_with("opencl_") && !name.starts_with("va_")) continue;
    if (name.size() > kMaxBenchNameBytes || !value.is_string() || context.size() >= kMaxContext) continue;
    context[name] = value.get<std::string>().substr(0, kMaxBenchNameBytes);
  }
  return context;
}

class Collector {
 public:
  void Add(const json& run) {
    if (BenchText(run, "run_type") == "aggregate") return;
    std::string name = BenchText(run, "run_name");
    if (name.empty()) name = BenchText(run, "name");
    const std::string path = PathOf(name);
    if (run.value("error_occurred", json(false)) == json(true)) {
      AddFailure(path, BenchText(run, "error_message"));
      return;
    }
    bool counted = false;
    if (const double at_s = Number(run, kStamp); at_s > 0) {
      const double seconds = Number(run, "iterations") * Number(run, "real_time") * UnitSeconds(run);
      result_.spans[path].push_back({at_s, at_s + seconds});
    }
    for (const auto& [key, value] : run.items()) {
      if (std::find(kBuiltIn.begin(), kBuiltIn.end(), key) != kBuiltIn.end() || key == kStamp) continue;
      if (value.is_number()) {
        Samples(path, key).push_back(value.get<double>());
        counted = true;
      } else if (value.is_null()) {
        AddFailure(path, fmt::format("its counter {} is not a finite number", key));
        counted = true;
      }
    }
    if (!counted) AddFailure(path, "it has no counter");
  }

  BenchmarkResult Take() {
    for (const auto& [key, samples] : samples_) {
      result_.metrics.push_back({key.first, Median(samples), key.second, samples});
    }
    return std::move(result_);
  }

 private:
  std::vector<double>& Samples(const std::string& path, const std::string& unit) { return samples_[{path, unit}]; }

  void AddFailure(const std::string& path, const std::string& reason) {
    result_.failures.push_back({path, reason.empty() ? "it ended with an error" : reason.substr(0, 2000)});
  }

  BenchmarkResult result_;
  std::map<std::pair<std::string, std::string>, std::vector<double>> samples_;
};

}  // namespace

double Median(std::vector<double> samples) {
  if (samples.empty()) return 0;
  std::sort(samples.begin(), samples.end());
  const std::size_t middle = samples.size() / 2;
  return samples.size() % 2 == 1 ? samples[middle] : (samples[middle - 1] + samples[middle]) / 2;
}

Result<BenchmarkResult> ParseBenchmarkResult(const std::string& text) {
  const json document = json::parse(WithoutBareNonNumbers(text), nullptr, false);
  if (document.is_discarded() || !document.is_object()) return Fail("the benchmark's result is no JSON object");
  const auto runs = document.find("benchmarks");
  if (runs == document.end() || !runs->is_array() || runs->empty()) return Fail("the benchmark program ran nothing");
  if (runs->size() > kMaxRuns) return Fail("the benchmark's result holds more than 10,000 runs");
  Collector collector;
  for (const auto& run : *runs) {
    if (run.is_object()) collector.Add(run);
  }
  auto result = collector.Take();
  result.context = ReadContext(document);
  return result;
}

}  // namespace vfqual
