// Lines of a cell that have a known issue's signature. Whether the issue applies is known only at the cell's end.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "reports/issues/known_issues.h"
#include "reports/model/report.h"

namespace vfqual::reports {

class IssueHits {
 public:
  void Scan(const KnownIssues& issues, const std::optional<std::string>& guest, std::string_view stage,
            std::string_view text);

  // Appends those whose conditions hold and that the cell does not name yet; harmless ones last.
  void FinishInto(const KnownIssues& issues, CellReport& cell) const;

 private:
  struct Hit {
    std::size_t issue;
    std::optional<std::string> guest;
    std::string stage;
    std::string line;
    std::uint64_t lines;
  };
  std::vector<Hit> hits_;
};

}  // namespace vfqual::reports
