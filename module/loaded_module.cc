#include "module/loaded_module.h"

#include <fmt/format.h>

#include <algorithm>
#include <sstream>

#include "module/installed_kernels.h"

namespace vfqual {

namespace {

std::string SysName(std::string name) {
  std::replace(name.begin(), name.end(), '-', '_');
  return name;
}

Result<std::string> Modinfo(Host& host, std::vector<std::string> arguments) {
  Command command;
  command.argv = {"modinfo"};
  command.argv.insert(command.argv.end(), arguments.begin(), arguments.end());
  VFQUAL_TRY(auto completed, host.Run(command), "");
  if (!completed.Ok()) return FailSubject(fmt::format("modinfo: {}", completed.Describe()));
  while (!completed.out.empty() && completed.out.back() == '\n') completed.out.pop_back();
  return completed.out;
}

}  // namespace

Result<ModuleFile> FindModuleFile(Host& host, const std::string& name, const std::string& kernel_release) {
  ModuleFile file;
  std::vector<std::string> find = {"-k", kernel_release, "-F", "filename", name};
  if (const auto base = ModuleBase(host, kernel_release); !base.empty()) find.insert(find.begin(), {"-b", base});
  VFQUAL_TRY(file.path, Modinfo(host, std::move(find)), "looking for the module");
  VFQUAL_TRY(file.srcversion, Modinfo(host, {"-F", "srcversion", file.path}), "");
  VFQUAL_TRY(file.version, Modinfo(host, {"-F", "version", file.path}), "");
  return file;
}

Result<std::vector<std::string>> ModuleDependencies(Host& host, const std::string& path) {
  VFQUAL_TRY(const auto text, Modinfo(host, {"-F", "depends", path}), "");
  std::vector<std::string> names;
  std::istringstream parts(text);
  std::string name;
  while (std::getline(parts, name, ',')) {
    if (!name.empty()) names.push_back(name);
  }
  return names;
}

Result<bool> IsModuleLoaded(Host& host, const std::string& name) {
  return host.Exists("/sys/module/" + SysName(name) + "/initstate");
}

Result<std::string> LoadedSrcversion(Host& host, const std::string& name) {
  const std::string path = "/sys/module/" + SysName(name) + "/srcversion";
  VFQUAL_TRY(const bool exists, host.Exists(path), "");
  if (!exists) return std::string();
  return host.ReadTrimmed(path);
}

Result<Completed> LoadModule(Host& host, ChangeLog& changes, const std::string& name,
                             const std::map<std::string, std::string>& parameters) {
  Command command;
  command.argv = {"modprobe", name};
  for (const auto& [key, value] : parameters) command.argv.push_back(fmt::format("{}={}", key, value));
  command.timeout = std::chrono::minutes(3);
  // A module that was there before stays.
  auto loaded = host.Exists("/sys/module/" + SysName(name));
  const bool keep = loaded.value_or(false) && !changes.IsDryRun();
  return changes.Run(
      fmt::format("load {}", name), command,
      keep ? Undo::Nothing() : Undo::RunCommand({"modprobe", "-r", name}, false, "/sys/module/" + SysName(name)));
}

}  // namespace vfqual
