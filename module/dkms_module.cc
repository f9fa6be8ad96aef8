#include "module/dkms_module.h"

#include <fmt/format.h>

#include <sstream>

namespace vfqual {

namespace {

// The real driver takes 267 s on two cores; slow hosts and debug kernels need far longer.
constexpr auto kBuildTimeout = std::chrono::minutes(45);
constexpr auto kInstallTimeout = std::chrono::minutes(10);
constexpr std::size_t kLogLimitBytes = std::size_t{8} << 20U;

Command Dkms(std::vector<std::string> argv, std::chrono::milliseconds timeout) {
  Command command;
  command.argv = std::move(argv);
  command.argv.insert(command.argv.begin(), "dkms");
  command.timeout = timeout;
  command.max_output_bytes = kLogLimitBytes;
  command.environment = {{"LC_ALL", "C"}};
  return command;
}

std::string Output(const Completed& completed) {
  return completed.out + completed.err;
}

}  // namespace

Result<DkmsModule> ReadDkmsModule(Host& host, const std::string& source_folder) {
  const std::string path = source_folder + "/dkms.conf";
  auto text = host.Read(path);
  if (!text) {
    return FailInput(fmt::format("no DKMS module at '{}': {}", source_folder, text.error().what),
                     "give the folder that holds the module's dkms.conf");
  }
  DkmsModule module;
  module.source_folder = source_folder;
  VFQUAL_TRY(module.conf, ParseDkmsConf(*text, path), "");
  return module;
}

Status CheckNotInDkms(Host& host, const DkmsModule& module) {
  for (const auto& path : {module.DkmsTree(), module.SourceTree()}) {
    VFQUAL_TRY(const bool exists, host.Exists(path), "");
    if (exists) {
      return Fail(fmt::format("{} is already on this host ({})", module.Id(), path),
                  fmt::format("remove it first: dkms remove {} --all && rm -r {}", module.Id(), module.SourceTree()));
    }
  }
  return {};
}

Result<DkmsStep> DkmsAdd(ChangeLog& changes, const DkmsModule& module) {
  DkmsStep step;
  // `dkms remove` leaves the copy of the sources that `dkms add` made.
  VFQUAL_CHECK(changes
                   .Announce("copy the module's sources", module.SourceTree(),
                             Undo::RunCommand({"rm", "-r", "--", module.SourceTree()}, true, module.SourceTree()))
                   .map([](int) {}),
               "");
  VFQUAL_TRY(
      step.completed,
      changes.Run(fmt::format("add {} to DKMS", module.Id()), Dkms({"add", module.source_folder}, kInstallTimeout),
                  Undo::RunCommand({"dkms", "remove", module.Id(), "--all"}, true, module.DkmsTree())),
      "adding the module to DKMS");
  step.log = Output(step.completed);
  return step;
}

Result<DkmsStep> DkmsBuild(Host& host, ChangeLog& changes, const DkmsModule& module, const std::string& kernel_release,
                           const std::optional<CompilerCache>& ccache) {
  DkmsStep step;
  Command build = Dkms({"build", module.Id(), "-k", kernel_release}, kBuildTimeout);
  if (ccache) {
    for (const auto& variable : ccache->Environment()) build.environment.push_back(variable);
    step.log = fmt::format("ccache: {}\n", ccache->folder);
  }
  VFQUAL_TRY(step.completed,
             changes.Run(fmt::format("build {} for {}", module.Id(), kernel_release), build, Undo::Nothing()),
             "building the module");
  step.log += Output(step.completed);
  if (changes.IsDryRun()) return step;
  // Where a build failed its log lies in build/, where it went through in the kernel's own folder.
  for (const auto& path :
       {module.DkmsTree() + "/build/make.log", DkmsModuleFolder(module, kernel_release) + "/../log/make.log"}) {
    const auto make_log = host.ReadFile(path, kLogLimitBytes);
    if (make_log) step.log += "\n" + *make_log;
  }
  return step;
}

Result<DkmsStep> DkmsInstall(ChangeLog& changes, const DkmsModule& module, const std::string& kernel_release) {
  DkmsStep step;
  VFQUAL_TRY(step.completed,
             changes.Run(fmt::format("install {} for {}", module.Id(), kernel_release),
                         Dkms({"install", module.Id(), "-k", kernel_release}, kInstallTimeout), Undo::Nothing()),
             "installing the module");
  step.log = Output(step.completed);
  return step;
}

std::string DkmsModuleFolder(const DkmsModule& module, const std::string& kernel_release) {
  return module.DkmsTree() + "/" + kernel_release + "/x86_64/module";
}

std::string FirstBuildError(std::string_view log) {
  std::istringstream lines{std::string(log)};
  std::string line;
  while (std::getline(lines, line)) {
    for (const char* mark : {": error:", ": fatal error:", "ERROR: modpost:", "undefined reference",
                             "Permission denied", "No such file or directory", "Error! "}) {
      if (line.find(mark) != std::string::npos) return line.substr(0, 500);
    }
  }
  return {};
}

}  // namespace vfqual
