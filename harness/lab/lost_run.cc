#include "harness/lab/lost_run.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <chrono>
#include <cstdint>
#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>
#include <string_view>

#include "harness/base/local_host.h"
#include "harness/lab/lab_plan.h"
#include "reports/events/event.h"
#include "reports/events/timestamp.h"
#include "reports/run_folder.h"

namespace vfqual {

namespace {

using Json = nlohmann::ordered_json;

// What has to be known of a journal to go on with it.
struct Position {
  std::uint64_t next_seq = 0;
  std::string cell;
  std::string stage = "build";
  bool ended = false;
};

std::string TextOf(const Json& line, const char* key) {
  const auto found = line.find(key);
  return found != line.end() && found->is_string() ? found->get<std::string>() : "";
}

Position PositionAtEnd(const std::string& whole_lines) {
  Position position;
  std::istringstream stream(whole_lines);
  for (std::string text; std::getline(stream, text);) {
    const auto line = Json::parse(text, nullptr, false);
    if (!line.is_object()) continue;
    if (const auto seq = line.find("seq"); seq != line.end() && seq->is_number_unsigned()) {
      position.next_seq = seq->get<std::uint64_t>() + 1;
    }
    if (const auto cell = TextOf(line, "cell"); !cell.empty()) position.cell = cell;
    if (TextOf(line, "event") == "stage_started") position.stage = TextOf(line, "stage");
    if (TextOf(line, "event") == "run_ended") position.ended = true;
  }
  return position;
}

class Lines {
 public:
  Lines(std::string text, std::uint64_t next_seq) : text_(std::move(text)), next_seq_(next_seq) {}

  void Add(const reports::Event& event) {
    Json line = Json::object();
    if (next_seq_ == 0) line["schema"] = reports::kEventsSchema;
    line["seq"] = next_seq_++;
    line["time"] = reports::FormatTime(std::chrono::floor<std::chrono::milliseconds>(std::chrono::system_clock::now()));
    line["event"] = event.name;
    for (const auto& [key, value] : event.fields.items()) line[key] = value;
    text_ += line.dump(-1, ' ', false, Json::error_handler_t::replace) + "\n";
  }
  const std::string& Text() const { return text_; }

 private:
  std::string text_;
  std::uint64_t next_seq_;
};

std::string ReadAll(const std::filesystem::path& file) {
  std::ifstream stream(file, std::ios::binary);
  std::ostringstream text;
  text << stream.rdbuf();
  return text.str();
}

}  // namespace

std::string EndedJournal(const std::string& journal, const LostRun& lost) {
  const std::string whole = journal.substr(0, journal.rfind('\n') + 1);
  auto position = PositionAtEnd(whole);
  Lines lines(whole, position.next_seq);
  if (position.next_seq == 0) {
    const auto now = std::chrono::floor<std::chrono::milliseconds>(std::chrono::system_clock::now());
    lines.Add(reports::RunStarted(fmt::format("{}-lab", reports::FormatTime(now)), lost.tool,
                                  Json::parse(lost.plan_json, nullptr, false)));
  }
  if (position.cell.empty()) {
    position.cell = fmt::format("{}/lab", lost.kernel_release);
    reports::CellFacts facts;
    facts.kernel = {lost.kernel_release, lost.distribution};
    facts.platform = {"lab", "the lab: no real GPU", false, {kLabPf, "8086", "5845", kLabTotalVfs}};
    lines.Add(reports::CellStarted(position.cell, facts));
  }
  lines.Add(reports::Warning({position.cell, std::nullopt, position.stage},
                             fmt::format("the host was lost: {}\nits console's last lines:\n{}", lost.death.reason,
                                         fmt::join(lost.death.last_lines, "\n"))));
  if (!position.ended) {
    lines.Add(reports::RunEnded(lost.seconds, false, fmt::format("the host was lost: {}", lost.death.Describe())));
  }
  return lines.Text();
}

Status WriteLostRun(const LostRun& lost, const std::filesystem::path& folder) {
  LocalHost local;
  VFQUAL_CHECK(
      local.WriteFile((folder / reports::kJournalFile).string(), EndedJournal(ReadAll(lost.journal), lost), 0644),
      "write what is left of the run");
  const auto report = reports::RenderAll(folder.string());
  if (!report) return Fail(report.error());
  return {};
}

}  // namespace vfqual
