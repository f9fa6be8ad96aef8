#include "harness/stages/shared_window.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

namespace vfqual {

namespace {

const reports::MetricFacts* Find(const BenchmarkResult& result, const std::string& path) {
  const auto found = std::find_if(result.metrics.begin(), result.metrics.end(),
                                  [&path](const reports::MetricFacts& metric) { return metric.path == path; });
  return found == result.metrics.end() ? nullptr : &*found;
}

// Stamps must fit the samples; a guest that sends others has none.
std::vector<SampleSpan> SpansOf(const GuestRates& guest, const reports::MetricFacts& metric) {
  const auto found = guest.result.spans.find(metric.path);
  if (found == guest.result.spans.end() || found->second.size() != metric.samples.size()) return {};
  std::vector<SampleSpan> spans = found->second;
  for (auto& span : spans) {
    span.start_s -= guest.clock_offset_s;
    span.end_s -= guest.clock_offset_s;
  }
  return spans;
}

double Sum(const std::vector<double>& values) {
  return std::accumulate(values.begin(), values.end(), 0.0);
}

std::string BenchName(const std::string& path) {
  return path.substr(path.find('.') + 1);
}

}  // namespace

std::vector<SharedRates> CutToSharedWindow(const std::vector<GuestRates>& guests) {
  std::vector<SharedRates> all;
  if (guests.empty()) return all;
  for (const auto& metric : guests.front().result.metrics) {
    SharedRates rates{metric.path, metric.unit, {}};
    std::vector<std::vector<SampleSpan>> spans;
    SampleSpan window{std::numeric_limits<double>::lowest(), std::numeric_limits<double>::max()};
    for (const auto& guest : guests) {
      const auto* theirs = Find(guest.result, metric.path);
      auto their_spans = theirs != nullptr ? SpansOf(guest, *theirs) : std::vector<SampleSpan>{};
      if (their_spans.empty()) break;
      window.start_s = std::max(window.start_s, their_spans.front().start_s);
      window.end_s = std::min(window.end_s, their_spans.back().end_s);
      spans.push_back(std::move(their_spans));
    }
    if (spans.size() != guests.size()) continue;
    for (std::size_t index = 0; index < guests.size(); ++index) {
      const auto& samples = Find(guests[index].result, metric.path)->samples;
      auto& inside = rates.samples.emplace_back();
      for (std::size_t sample = 0; sample < samples.size(); ++sample) {
        const auto& span = spans[index][sample];
        if (span.start_s >= window.start_s && span.end_s <= window.end_s) inside.push_back(samples[sample]);
      }
    }
    all.push_back(std::move(rates));
  }
  return all;
}

bool Enough(const SharedRates& rates) {
  return std::all_of(rates.samples.begin(), rates.samples.end(),
                     [](const auto& samples) { return samples.size() >= kEnoughSamples; });
}

std::string WhenMeasured(const std::vector<GuestRates>& guests, const std::string& path, double start_s) {
  std::string when;
  for (const auto& guest : guests) {
    const auto* metric = Find(guest.result, path);
    const auto spans = metric != nullptr ? SpansOf(guest, *metric) : std::vector<SampleSpan>{};
    when += when.empty() ? "" : ", ";
    when += spans.empty()
                ? "never"
                : fmt::format("{:.1f} to {:.1f} s", spans.front().start_s - start_s, spans.back().end_s - start_s);
  }
  return when;
}

std::optional<double> JainIndex(const std::vector<double>& rates) {
  const double sum = Sum(rates);
  const double squares = std::inner_product(rates.begin(), rates.end(), rates.begin(), 0.0);
  if (squares <= 0) return std::nullopt;
  return sum * sum / (static_cast<double>(rates.size()) * squares);
}

std::optional<double> MinOverMax(const std::vector<double>& rates) {
  if (rates.empty()) return std::nullopt;
  const auto [low, high] = std::minmax_element(rates.begin(), rates.end());
  if (*high <= 0) return std::nullopt;
  return *low / *high;
}

std::optional<double> CoefficientOfVariation(const std::vector<double>& rates) {
  if (rates.empty() || Sum(rates) <= 0) return std::nullopt;
  const double count = static_cast<double>(rates.size());
  const double mean = Sum(rates) / count;
  double squares = 0;
  for (const double rate : rates) squares += (rate - mean) * (rate - mean);
  return std::sqrt(squares / count) / mean;
}

std::vector<reports::MetricFacts> DerivedMetrics(const DerivedInput& input) {
  std::vector<double> rates;
  for (const auto& samples : input.shared.samples) rates.push_back(Median(samples));
  std::vector<reports::MetricFacts> metrics;
  const auto add = [&](const char* name, std::optional<double> value) {
    if (value) metrics.push_back({"derived." + BenchName(input.shared.path) + "." + name, *value, "1", {}});
  };
  const auto ratio = [](std::optional<double> part, std::optional<double> whole) -> std::optional<double> {
    if (!part || !whole || *whole <= 0) return std::nullopt;
    return *part / *whole;
  };
  add("virtualization_cost", ratio(input.alone, input.pf));
  add("efficiency", ratio(Sum(rates), input.pf));
  add("of_physical_limit", ratio(Sum(rates), input.limit));
  add("fairness_jain", JainIndex(rates));
  add("fairness_min_max", MinOverMax(rates));
  add("fairness_cv", CoefficientOfVariation(rates));
  if (input.alone_guest < rates.size()) {
    const auto kept = ratio(rates[input.alone_guest], input.alone);
    add("noisy_neighbour_loss", kept ? std::optional<double>(1 - *kept) : std::nullopt);
  }
  return metrics;
}

}  // namespace vfqual
