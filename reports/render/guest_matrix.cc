#include "reports/render/guest_matrix.h"

#include <cstddef>
#include <map>
#include <utility>

namespace vfqual::reports {

namespace {

template <class Result>
std::vector<MatrixRow<Result>> Matrix(const CellReport& cell, std::vector<Result> GuestReport::*results) {
  std::vector<MatrixRow<Result>> rows;
  std::map<std::pair<std::string, std::string>, std::vector<std::size_t>> rows_of;
  for (std::size_t guest = 0; guest < cell.guests.size(); ++guest) {
    for (const Result& result : cell.guests[guest].*results) {
      std::vector<std::size_t>& candidates = rows_of[{result.stage, result.path}];
      // Of rows with that name, the first in which this guest has no result yet.
      std::size_t free = 0;
      while (free < candidates.size() && rows[candidates[free]].guests[guest] != nullptr) ++free;
      if (free == candidates.size()) {
        candidates.push_back(rows.size());
        rows.push_back({.stage = result.stage,
                        .path = result.path,
                        .guests = std::vector<const Result*>(cell.guests.size(), nullptr)});
      }
      rows[candidates[free]].guests[guest] = &result;
    }
  }
  return rows;
}

}  // namespace

std::vector<MatrixRow<TestReport>> TestMatrix(const CellReport& cell) {
  return Matrix(cell, &GuestReport::tests);
}

std::vector<MatrixRow<MetricReport>> MetricMatrix(const CellReport& cell) {
  return Matrix(cell, &GuestReport::metrics);
}

Verdict WorstOf(const MatrixRow<TestReport>& row) {
  Verdict worst = Verdict::kSkip;
  for (const TestReport* test : row.guests) {
    if (test != nullptr) worst = Worst(worst, test->verdict);
  }
  return worst;
}

}  // namespace vfqual::reports
