#include "module/build/build_record.h"

#include <cerrno>
#include <fstream>
#include <nlohmann/json.hpp>

namespace vfqual {

namespace {

namespace fs = std::filesystem;
using nlohmann::json;

json ToJson(const BuildFinding& finding) {
  return {
      {"outcome", Word(finding.outcome)}, {"reason", finding.reason},  {"file", finding.file}, {"line", finding.line},
      {"header", finding.header},         {"symbols", finding.symbols}};
}

}  // namespace

fs::path BuildRecordFile(const fs::path& folder) {
  return folder / "build.json";
}

Status WriteBuildRecord(const fs::path& folder, const ModuleBuild& build) {
  json modules = json::array();
  for (const auto& module : build.modules) {
    modules.push_back({{"file", module.file.filename().string()},
                       {"name", module.name},
                       {"srcversion", module.srcversion},
                       {"vermagic", module.vermagic}});
  }
  std::ofstream file(BuildRecordFile(folder));
  file << json{{"finding", ToJson(build.finding)},
               {"modules", modules},
               {"seconds", build.seconds},
               {"peak_memory_kib", build.peak_memory_kib}}
              .dump(2, ' ', false, json::error_handler_t::replace)
       << '\n';
  file.close();
  if (!file) return FailErrno("write " + BuildRecordFile(folder).string(), errno, "free some space");
  return {};
}

Result<ModuleBuild> ReadBuildRecord(const fs::path& folder) {
  std::ifstream file(BuildRecordFile(folder));
  const auto record = json::parse(file, nullptr, false);
  const auto damaged = [&folder] { return Fail("no build in " + folder.string()); };
  if (!record.is_object() || !record.contains("finding") || !record.contains("modules")) return damaged();
  ModuleBuild build;
  const auto& finding = record["finding"];
  const auto outcome = BuildOutcomeFromWord(finding.value("outcome", ""));
  if (!outcome) return damaged();
  build.finding.outcome = *outcome;
  build.finding.reason = finding.value("reason", "");
  build.finding.file = finding.value("file", "");
  build.finding.line = finding.value("line", 0);
  build.finding.header = finding.value("header", "");
  build.finding.symbols = finding.value("symbols", std::vector<std::string>{});
  std::error_code error;
  for (const auto& module : record["modules"]) {
    build.modules.push_back({folder / "modules" / module.value("file", ""), module.value("name", ""),
                             module.value("srcversion", ""), module.value("vermagic", "")});
    if (!fs::is_regular_file(build.modules.back().file, error)) return damaged();
  }
  build.log = folder / "build.log";
  build.seconds = record.value("seconds", 0.0);
  build.peak_memory_kib = record.value("peak_memory_kib", 0L);
  build.cached = true;
  return build;
}

}  // namespace vfqual
