#include "reports/compare/mann_whitney.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <utility>

namespace vfqual::reports {

namespace {

constexpr std::size_t kMaxExact = 30;

struct Ranks {
  double sum_of_a = 0;
  double ties = 0;  // sum of t³ − t over the groups of equal samples
};

Ranks Rank(const std::vector<double>& a, const std::vector<double>& b) {
  std::vector<std::pair<double, bool>> all;
  all.reserve(a.size() + b.size());
  for (const double value : a) all.emplace_back(value, true);
  for (const double value : b) all.emplace_back(value, false);
  std::sort(all.begin(), all.end());
  Ranks ranks;
  for (std::size_t begin = 0; begin < all.size();) {
    std::size_t end = begin;
    while (end < all.size() && all[end].first <= all[begin].first) ++end;
    const auto group = static_cast<double>(end - begin);
    const double rank = static_cast<double>(begin + end + 1) / 2;  // the mean of begin + 1 … end
    for (std::size_t i = begin; i < end; ++i) ranks.sum_of_a += all[i].second ? rank : 0;
    ranks.ties += group * group * group - group;
    begin = end;
  }
  return ranks;
}

// The probability of a U of at most `u` without ties. Counts the arrangements of n and m samples by their U: the
// coefficients of the Gaussian binomial, the product over i of (1 - q^(m+i)) / (1 - q^i).
double ExactCumulative(std::size_t n, std::size_t m, std::size_t u) {
  std::vector<double> count(n * m + 1, 0);
  count[0] = 1;
  for (std::size_t i = 1; i <= n; ++i) {
    for (std::size_t at = count.size(); at-- > m + i;) count[at] -= count[at - m - i];
    for (std::size_t at = i; at < count.size(); ++at) count[at] += count[at - i];
  }
  double total = 0;
  double up_to_u = 0;
  for (std::size_t at = 0; at < count.size(); ++at) {
    total += count[at];
    if (at <= u) up_to_u += count[at];
  }
  return up_to_u / total;
}

double ApproximateP(double u, double n, double m, double ties) {
  const double all = n + m;
  const double variance = n * m / 12 * (all + 1 - ties / (all * (all - 1)));
  if (variance <= 0) return 1;
  const double distance = std::max(0.0, std::fabs(u - n * m / 2) - 0.5);
  return std::min(1.0, std::erfc(distance / std::sqrt(2 * variance)));
}

}  // namespace

MannWhitney MannWhitneyTest(const std::vector<double>& a, const std::vector<double>& b) {
  if (a.empty() || b.empty()) return {};
  const auto n = static_cast<double>(a.size());
  const auto m = static_cast<double>(b.size());
  const Ranks ranks = Rank(a, b);
  MannWhitney result;
  result.u = ranks.sum_of_a - n * (n + 1) / 2;
  if (ranks.ties > 0 || a.size() > kMaxExact || b.size() > kMaxExact) {
    result.p = ApproximateP(result.u, n, m, ranks.ties);
  } else {
    const double smaller = std::min(result.u, n * m - result.u);
    result.p = std::min(1.0, 2 * ExactCumulative(a.size(), b.size(), static_cast<std::size_t>(smaller)));
  }
  return result;
}

}  // namespace vfqual::reports
