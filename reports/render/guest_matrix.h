// Lays the guests' results side by side: a row for each test or metric, a column for each guest.
#pragma once

#include <string>
#include <vector>

#include "reports/model/report.h"

namespace vfqual::reports {

template <class Result>
struct MatrixRow {
  std::string stage;
  std::string path;
  std::vector<const Result*> guests;  // as many as the cell has, null where a guest has no such result
};

// Rows in the order in which the guests had them. A result that a guest has twice gets a row of its own.
std::vector<MatrixRow<TestReport>> TestMatrix(const CellReport& cell);
std::vector<MatrixRow<MetricReport>> MetricMatrix(const CellReport& cell);

// The worst verdict of the row.
Verdict WorstOf(const MatrixRow<TestReport>& row);

}  // namespace vfqual::reports
