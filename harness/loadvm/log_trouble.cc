#include "harness/loadvm/log_trouble.h"

#include <set>
#include <utility>

#include "reports/issues/known_issues.h"
#include "reports/issues/line_scanner.h"
#include "reports/triage/failure_messages.h"

namespace vfqual {

Result<std::vector<LogTrouble>> FindLogTrouble(const std::vector<LoggedRecord>& log) {
  const auto messages = reports::LoadFailureMessages();
  if (!messages) return Fail(messages.error());
  std::vector<std::string> patterns;
  for (const auto& message : *messages) patterns.push_back(message.pattern);
  const auto scanner = reports::LineScanner::Compile(patterns);
  if (!scanner) return Fail(scanner.error());
  const auto known = reports::KnownIssues::BuiltIn();
  if (!known) return Fail(known.error());

  std::string text;
  std::vector<std::size_t> starts;
  for (const auto& logged : log) {
    starts.push_back(text.size());
    text += logged.record.message + "\n";
  }
  std::set<std::size_t> harmless;
  known->Find(text, [&](std::size_t issue, std::size_t offset, std::string_view) {
    if (reports::IsBenign(known->issues()[issue])) harmless.insert(offset);
  });
  std::vector<LogTrouble> trouble;
  std::set<std::size_t> told;
  scanner->Scan(text, [&](std::size_t pattern, std::size_t offset, std::string_view line) {
    if (harmless.contains(offset) || !told.insert(offset).second) return;
    for (std::size_t i = 0; i < starts.size(); ++i) {
      if (starts[i] != offset) continue;
      trouble.push_back({log[i].module, std::string(line), (*messages)[pattern].meaning});
    }
  });
  return trouble;
}

}  // namespace vfqual
