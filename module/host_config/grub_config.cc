#include "module/host_config/grub_config.h"

#include <fmt/format.h>

#include <vector>

#include "module/host_config/config_text.h"
#include "module/host_config/kernel_command_line.h"
#include "module/host_config/shell_assignment.h"

namespace vfqual::host_config {

namespace {

constexpr const char* kDefault = "GRUB_CMDLINE_LINUX_DEFAULT";
constexpr const char* kAlways = "GRUB_CMDLINE_LINUX";

struct GrubFile {
  std::string path;
  std::string text;
};

struct Placed {
  std::size_t file = 0;  // index
  ShellAssignment assignment;
};

Result<std::vector<GrubFile>> ReadFiles(ConfigFiles& files) {
  std::vector<GrubFile> found;
  VFQUAL_TRY(auto main, files.Read(kGrubDefaults), "");
  if (!main) return FailInput(fmt::format("{} is not there", kGrubDefaults), "name another way with --method");
  found.push_back({kGrubDefaults, *std::move(main)});
  const std::string folder = std::string(kGrubDefaults) + ".d";
  VFQUAL_TRY(const auto names, files.List(folder, ".cfg"), "");
  for (const auto& name : names) {
    VFQUAL_TRY(auto text, files.Read(folder + "/" + name), "");
    if (text) found.push_back({folder + "/" + name, *std::move(text)});
  }
  return found;
}

// All assignments of the variable that count, in order: the last plain one, and those after it that add to it.
Result<std::vector<Placed>> Effective(const std::vector<GrubFile>& files, const std::string& name) {
  std::vector<Placed> placed;
  for (std::size_t index = 0; index < files.size(); ++index) {
    VFQUAL_TRY(auto assignment, FindShellAssignment(files[index].text, name, files[index].path), "");
    if (!assignment) continue;
    if (assignment->extends && index == 0) {
      return FailInput(fmt::format("{}:{}: {}: the value has a variable in it", files[0].path, assignment->line, name),
                       "edit the file by hand, so that it is a plain assignment");
    }
    if (!assignment->extends) placed.clear();
    placed.push_back({index, *std::move(assignment)});
  }
  return placed;
}

// What stands elsewhere and has a say in the same parameter must not contradict.
Status CheckElsewhere(const std::vector<GrubFile>& files, const std::vector<Placed>& elsewhere, const std::string& name,
                      const ConfigRequest& request, Method method) {
  for (const auto& [file, assignment] : elsewhere) {
    for (const auto& [parameter, wanted] : WantedKernelParameters(request, method)) {
      const auto value = ParameterValue(assignment.value, parameter);
      if (!value || ParameterServes(parameter, wanted, *value)) continue;
      return FailInput(fmt::format("{}:{}: {} has {}={} too, where {} is wanted", files[file].path, assignment.line,
                                   name, parameter, *value, wanted),
                       fmt::format("take it out there, or make it {}={}", parameter, wanted));
    }
  }
  return {};
}

Status CheckBootLoaderSpec(const std::vector<GrubFile>& files) {
  for (const auto& file : files) {
    VFQUAL_TRY(const auto enabled, FindShellAssignment(file.text, "GRUB_ENABLE_BLSCFG", file.path), "");
    const std::string value = enabled ? enabled->value : std::string();
    if (value == "true") {
      return FailInput(
          fmt::format("{}: GRUB_ENABLE_BLSCFG=true: the boot entries hold the parameters, not this file", file.path),
          "use the distribution's tool: grubby --update-kernel=ALL --args='…'");
    }
  }
  return {};
}

}  // namespace

Status ConfigureGrub(ConfigFiles& files, const ConfigRequest& request, Method method) {
  VFQUAL_TRY(const auto texts, ReadFiles(files), "");
  VFQUAL_CHECK(CheckBootLoaderSpec(texts), "");
  VFQUAL_TRY(auto placed, Effective(texts, kDefault), "");
  VFQUAL_TRY(const auto always, Effective(texts, kAlways), "");
  VFQUAL_CHECK(CheckElsewhere(texts, always, kAlways, request, method), "");
  const bool has_base = !placed.empty() && !placed.front().assignment.extends;
  const std::vector<Placed> extensions(placed.begin() + (has_base ? 1 : 0), placed.end());
  VFQUAL_CHECK(CheckElsewhere(texts, extensions, kDefault, request, method), "");
  if (!has_base) {
    VFQUAL_TRY(const auto value, MergeKernelParameters("", request, method, kGrubDefaults), "");
    auto lines = SplitLines(texts.front().text);
    AppendLine(lines, fmt::format("{}=\"{}\"", kDefault, value));
    return files.Set(kGrubDefaults, JoinLines(lines));
  }
  const auto& [index, assignment] = placed.front();
  const std::string source = fmt::format("{}:{}", texts[index].path, assignment.line);
  VFQUAL_TRY(const auto value, MergeKernelParameters(assignment.value, request, method, source), "");
  if (value == assignment.value) return {};
  return files.Set(texts[index].path, WithShellValue(texts[index].text, assignment, value));
}

Result<std::string> GrubCommandLine(ConfigFiles& files) {
  VFQUAL_TRY(const auto texts, ReadFiles(files), "");
  std::string line;
  for (const char* name : {kAlways, kDefault}) {
    VFQUAL_TRY(const auto placed, Effective(texts, name), "");
    for (const auto& one : placed) line += (line.empty() ? "" : " ") + one.assignment.value;
  }
  return line;
}

}  // namespace vfqual::host_config
