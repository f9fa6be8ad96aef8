// The published failures of reports/known-issues/, and which of them a log shows.
#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>
#include <tl/expected.hpp>
#include <utility>
#include <vector>

#include "reports/data_files.h"
#include "reports/issues/conditions.h"
#include "reports/issues/line_scanner.h"

namespace vfqual::reports {

struct Signature {
  std::string pattern;  // see LineScanner
  std::string sample;   // a line that it matches
};

struct KnownIssueEntry {
  std::string id;
  std::string issue;  // "strongtz/i915-sriov-dkms#129"
  std::string url;
  std::string title;
  std::string kind;      // "build", "load", "vf-create" … ("class" in the file)
  std::string severity;  // "failure", "warning", "benign"
  std::string cause;
  std::string workaround;
  std::string fixed_in;
  Conditions conditions;
  std::vector<Signature> signatures;  // none: nothing in a log tells it
};

bool IsBenign(const KnownIssueEntry& issue);

// The stages of a run in which an issue of that kind shows, first one first; empty for a kind that is not known.
std::vector<std::string_view> StagesOf(std::string_view kind);

// The error names the file.
tl::expected<std::vector<KnownIssueEntry>, std::string> ParseKnownIssues(const DataFiles& files);

// The program's own where the folder's name is empty.
tl::expected<std::vector<KnownIssueEntry>, std::string> LoadKnownIssues(const std::string& folder);

// Of all signatures, in the order of the issues.
std::vector<std::string> IssuePatterns(const std::vector<KnownIssueEntry>& issues);

class KnownIssues {
 public:
  using Files = DataFiles;
  static tl::expected<KnownIssues, std::string> Parse(const Files& files);
  // Those that the program carries.
  static tl::expected<KnownIssues, std::string> BuiltIn();
  // All *.json of a folder.
  static tl::expected<KnownIssues, std::string> FromFolder(const std::string& folder);

  const std::vector<KnownIssueEntry>& issues() const { return issues_; }

  // Calls on_line(issue, offset, line) for each line with a signature of an issue, whatever its conditions; a line with
  // two of them may come twice.
  using OnLine = std::function<void(std::size_t issue, std::size_t offset, std::string_view line)>;
  void Find(std::string_view text, const OnLine& on_line) const;

 private:
  KnownIssues(std::vector<KnownIssueEntry> issues, std::vector<std::size_t> issue_of, LineScanner scanner);

  std::vector<KnownIssueEntry> issues_;
  std::vector<std::size_t> issue_of_;  // of each pattern of the scanner
  LineScanner scanner_;
};

}  // namespace vfqual::reports
