#include "reports/issues/known_issues.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>
#include <set>

#include "reports/data_files.h"

namespace vfqual::reports {

namespace {

using Json = nlohmann::json;

// Throws where the file does not follow the schema; Parse turns that into an error with the file's name.
KnownIssueEntry ReadIssue(const Json& file) {
  KnownIssueEntry issue;
  if (file.at("schema") != "vfqual/known-issue/1")
    throw std::runtime_error("is not of the schema vfqual/known-issue/1");
  issue.id = file.at("id");
  issue.issue = file.at("issue");
  issue.url = file.at("url");
  issue.title = file.at("title");
  issue.kind = file.at("class");
  issue.severity = file.at("severity");
  issue.cause = file.value("cause", "");
  issue.workaround = file.value("workaround", "");
  issue.fixed_in = file.value("fixed_in", "");
  const std::string wrong = ReadConditions(file.value("applies_to", Json::object()), issue.conditions);
  if (!wrong.empty()) throw std::runtime_error(wrong);
  issue.conditions.sides = file.at("sides").get<std::vector<std::string>>();
  for (const Json& signature : file.at("signatures")) {
    issue.signatures.push_back({.pattern = signature.at("pattern"), .sample = signature.at("sample")});
  }
  return issue;
}

tl::expected<KnownIssueEntry, std::string> ParseIssue(const std::string& text) {
  try {
    return ReadIssue(Json::parse(text));
  } catch (const std::exception& error) {
    return tl::unexpected(std::string(error.what()));
  }
}

}  // namespace

bool IsBenign(const KnownIssueEntry& issue) {
  return issue.severity == "benign";
}

std::vector<std::string_view> StagesOf(std::string_view kind) {
  if (kind == "build") return {"build"};
  if (kind == "packaging") return {"install"};
  if (kind == "load") return {"load"};
  if (kind == "probe") return {"load", "pf", "probe"};
  if (kind == "vf-create") return {"vfs", "pf"};
  if (kind == "vfio") return {"bind", "boot"};
  if (kind == "guest-boot") return {"boot", "probe"};
  if (kind == "guest-driver") return {"probe"};
  if (kind == "media") return {"media"};
  if (kind == "display") return {"compute", "media"};
  if (kind == "stability") return {"isolation", "bench", "recover", "unload"};
  if (kind == "config") return {"install", "load", "pf"};
  return {};
}

KnownIssues::KnownIssues(std::vector<KnownIssueEntry> issues, std::vector<std::size_t> issue_of, LineScanner scanner)
    : issues_(std::move(issues)), issue_of_(std::move(issue_of)), scanner_(std::move(scanner)) {}

tl::expected<std::vector<KnownIssueEntry>, std::string> ParseKnownIssues(const DataFiles& files) {
  std::vector<KnownIssueEntry> issues;
  std::set<std::string> ids;
  for (const auto& [name, text] : files) {
    auto issue = ParseIssue(text);
    if (!issue) return tl::unexpected(fmt::format("{}: {}", name, issue.error()));
    if (!ids.insert(issue->id).second) return tl::unexpected(fmt::format("{}: there are two of {}", name, issue->id));
    issues.push_back(*std::move(issue));
  }
  return issues;
}

tl::expected<std::vector<KnownIssueEntry>, std::string> LoadKnownIssues(const std::string& folder) {
  if (folder.empty()) return ParseKnownIssues(BuiltInKnownIssueFiles());
  const auto files = ReadDataFolder(folder);
  if (!files) return tl::unexpected(files.error());
  return ParseKnownIssues(*files);
}

std::vector<std::string> IssuePatterns(const std::vector<KnownIssueEntry>& issues) {
  std::vector<std::string> patterns;
  for (const KnownIssueEntry& issue : issues) {
    for (const Signature& signature : issue.signatures) patterns.push_back(signature.pattern);
  }
  return patterns;
}

tl::expected<KnownIssues, std::string> KnownIssues::Parse(const Files& files) {
  auto issues = ParseKnownIssues(files);
  if (!issues) return tl::unexpected(std::move(issues).error());
  std::vector<std::size_t> issue_of;
  for (std::size_t i = 0; i < issues->size(); ++i) {
    issue_of.insert(issue_of.end(), (*issues)[i].signatures.size(), i);
  }
  auto scanner = LineScanner::Compile(IssuePatterns(*issues));
  if (!scanner) return tl::unexpected(std::move(scanner).error());
  return KnownIssues(*std::move(issues), std::move(issue_of), *std::move(scanner));
}

tl::expected<KnownIssues, std::string> KnownIssues::BuiltIn() {
  return Parse(BuiltInKnownIssueFiles());
}

tl::expected<KnownIssues, std::string> KnownIssues::FromFolder(const std::string& folder) {
  const auto files = ReadDataFolder(folder);
  if (!files) return tl::unexpected(files.error());
  return Parse(*files);
}

void KnownIssues::Find(std::string_view text, const OnLine& on_line) const {
  scanner_.Scan(text, [&](std::size_t pattern, std::size_t offset, std::string_view line) {
    on_line(issue_of_[pattern], offset, line);
  });
}

}  // namespace vfqual::reports
