// The status as JSON and as lines for a person.
#include <fmt/format.h>

#include "module/install/module_status.h"

namespace vfqual {

namespace {

using Json = nlohmann::ordered_json;

std::string Versions(const std::string& version, const std::string& srcversion) {
  std::string text;
  if (!version.empty()) text += ", version " + version;
  if (!srcversion.empty()) text += ", srcversion " + srcversion;
  return text;
}

std::string NextLine(const std::string& module, const NextLoad& next) {
  if (next.path.empty()) return fmt::format("    {}: no such module", module);
  std::string line = fmt::format("    {}: {}{}{}", module, next.path, next.ours ? "" : " (the kernel's own)",
                                 Versions(next.version, next.srcversion));
  if (!next.blacklisted.empty()) line += fmt::format("; kept from loading: {}", next.blacklisted);
  if (!next.initramfs.empty()) line += fmt::format("; initramfs: {}", next.initramfs);
  if (next.signature.answer != secure_boot::Answer::kLoads && !next.signature.reason.empty()) {
    line += fmt::format("; {}", secure_boot::OneLine(next.signature));
    if (!next.signature.fix.empty()) line += fmt::format(" (to do: {})", next.signature.fix);
  }
  if (!next.stale.empty()) line += fmt::format(" — {}", next.stale);
  return line;
}

}  // namespace

Json ToJson(const ModuleStatus& status) {
  Json json = {{"schema", "vfqual/module-status/1"}, {"modules", status.modules}};
  json["packages"] = Json::array();
  for (const auto& package : status.packages) {
    json["packages"].push_back({{"manager", package.manager}, {"name", package.name}, {"version", package.version}});
  }
  json["dkms"] = Json::array();
  for (const auto& entry : status.dkms) {
    json["dkms"].push_back({{"name", entry.name},
                            {"version", entry.version},
                            {"kernel", entry.kernel},
                            {"state", entry.state},
                            {"note", entry.note}});
  }
  json["loaded"] = Json::array();
  for (const auto& now : status.loaded) {
    json["loaded"].push_back({{"name", now.name},
                              {"loaded", now.loaded},
                              {"srcversion", now.srcversion},
                              {"version", now.version},
                              {"is_next", now.is_next}});
  }
  json["kernels"] = Json::array();
  for (const auto& kernel : status.kernels) {
    Json modules = Json::array();
    for (std::size_t index = 0; index < kernel.modules.size(); ++index) {
      const auto& next = kernel.modules[index];
      modules.push_back({{"name", status.modules[index]},
                         {"path", next.path},
                         {"srcversion", next.srcversion},
                         {"version", next.version},
                         {"ours", next.ours},
                         {"initramfs", next.initramfs},
                         {"stale", next.stale},
                         {"blacklisted", next.blacklisted},
                         {"signature", secure_boot::ToJson(next.signature)}});
    }
    json["kernels"].push_back({{"release", kernel.release}, {"running", kernel.running}, {"modules", modules}});
  }
  return json;
}

std::vector<std::string> StatusLines(const ModuleStatus& status) {
  std::vector<std::string> lines;
  for (const auto& package : status.packages) {
    lines.push_back(fmt::format("package  {} {} ({})", package.name, package.version, package.manager));
  }
  for (const auto& entry : status.dkms) {
    lines.push_back(fmt::format("dkms     {}/{}{}: {}{}", entry.name, entry.version,
                                entry.kernel.empty() ? "" : " for " + entry.kernel, entry.state,
                                entry.note.empty() ? "" : " " + entry.note));
  }
  if (status.packages.empty() && status.dkms.empty()) lines.emplace_back("installed  nothing by a package or DKMS");
  for (const auto& now : status.loaded) {
    lines.push_back(now.loaded ? fmt::format("loaded   {}{}{}", now.name, Versions(now.version, now.srcversion),
                                             now.is_next ? "" : " — not what would be loaded now")
                               : fmt::format("loaded   {}: no", now.name));
  }
  for (const auto& kernel : status.kernels) {
    lines.push_back(fmt::format("next boot into {}{} loads", kernel.release, kernel.running ? " (running)" : ""));
    for (std::size_t index = 0; index < kernel.modules.size(); ++index) {
      lines.push_back(NextLine(status.modules[index], kernel.modules[index]));
    }
  }
  return lines;
}

}  // namespace vfqual
