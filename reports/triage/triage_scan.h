// A triage of a log that comes in pieces: it need not lie in memory as a whole.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <tl/expected.hpp>
#include <vector>

#include "reports/triage/line_counter.h"
#include "reports/triage/log_facts.h"
#include "reports/triage/triage.h"

namespace vfqual::reports {

class TriageScan {
 public:
  // A longer line is looked at in parts.
  static constexpr std::size_t kMaxLineBytes = std::size_t{4} << 20U;

  // `known` as in Triage::Look. The triage must outlive the scan. Scans of one triage may go on at once, each on a
  // thread of its own.
  static tl::expected<TriageScan, std::string> Begin(const Triage& triage, const Circumstances& known = {});

  // Pieces of any size; a line may go over several.
  void Add(std::string_view piece);
  // What a scan of the part of the log right behind this one has seen; the part begins with a line.
  void Append(TriageScan later);
  // What they all tell; ends the scan.
  TriageResult Finish();

 private:
  TriageScan(const Triage& triage, const Circumstances& known, LineScanner scanner);

  // Where an issue or a message was seen.
  struct Hits {
    std::size_t lines = 0;
    std::size_t last_line = 0;
    std::vector<Evidence> first;
  };

  void ScanLines(std::string_view lines);
  static void AppendHits(std::vector<Hits> later, std::size_t lines_before, std::vector<Hits>& hits);
  void NoteMatch(std::size_t pattern, std::size_t line_number, std::string_view line);
  void FinishIssues(TriageResult& result, std::vector<std::size_t>& explained);
  void FinishMessages(TriageResult& result, std::vector<std::size_t>& explained);
  void FinishNext(TriageResult& result) const;

  const Triage* triage_;
  LineScanner scanner_;
  LogFacts facts_;
  std::vector<Hits> issue_hits_;    // of each known issue
  std::vector<Hits> message_hits_;  // of each failure message
  LineCounter counter_;
  std::string rest_;  // of a line whose end has not come yet
};

}  // namespace vfqual::reports
