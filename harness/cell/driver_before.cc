#include "harness/cell/driver_before.h"

#include <fmt/format.h>

#include <utility>
#include <vector>

#include "harness/cell/module_parameters.h"
#include "harness/vf/vf_set.h"
#include "module/loaded_module.h"

namespace vfqual {

namespace {

// modprobe with the values that run now, of those parameters that a run sets.
std::vector<std::string> LoadAsItRuns(Host& host, const PreparedRun& prepared) {
  const std::string& driver = prepared.plan.module.driver;
  std::vector<std::string> argv = {"modprobe", driver};
  for (const auto& [name, unused] : ModuleParameters(prepared)) {
    const auto value = host.ReadTrimmed(fmt::format("/sys/module/{}/parameters/{}", driver, name));
    // "(null)" is a string that was never set, which cannot be given.
    if (value && !value->empty() && *value != "(null)") argv.push_back(fmt::format("{}={}", name, *value));
  }
  return argv;
}

}  // namespace

Result<DriverBefore> JournalDriverBefore(Host& host, ChangeLog& changes, const PreparedRun& prepared) {
  const std::string& driver = prepared.plan.module.driver;
  VFQUAL_CHECK(JournalVfsBefore(host, changes, prepared.pf), "");
  DriverBefore before;
  before.num_vfs = prepared.pf.num_vfs;
  VFQUAL_TRY(before.loaded, IsModuleLoaded(host, driver), "");
  if (!before.loaded) return before;
  VFQUAL_TRY(before.srcversion, LoadedSrcversion(host, driver), "");
  VFQUAL_CHECK(changes
                   .Announce(fmt::format("the {} of before comes back", driver), "/sys/module/" + driver,
                             Undo::RunCommand(LoadAsItRuns(host, prepared), false))
                   .map([](int) {}),
               "");
  return before;
}

Status MakeRoomForModule(Host& host, ChangeLog& changes, const PreparedRun& prepared) {
  const std::string& driver = prepared.plan.module.driver;
  VFQUAL_TRY(const bool loaded, IsModuleLoaded(host, driver), "");
  if (!loaded) return {};
  VFQUAL_CHECK(RemoveVfs(changes, prepared.pf), "");
  Command remove;
  remove.argv = {"modprobe", "-r", driver};
  VFQUAL_TRY(const auto completed,
             changes.Run(fmt::format("unload the {} that runs now", driver), remove, Undo::Nothing()), "");
  if (completed.Ok()) return {};
  return Fail(fmt::format("{} is loaded already and cannot be unloaded: {}", driver, completed.Describe()),
              "boot the host without it (no display on the GPU, or module_blacklist), and run again");
}

Status CheckDriverIsBack(Host& host, const PreparedRun& prepared, const DriverBefore& before) {
  const std::string& driver = prepared.plan.module.driver;
  const auto told = [](bool is_loaded) { return is_loaded ? "loaded" : "not loaded"; };
  VFQUAL_TRY(const bool loaded, IsModuleLoaded(host, driver), "");
  if (loaded != before.loaded) {
    return Fail(fmt::format("{} is {} now, and was {} before the run", driver, told(loaded), told(before.loaded)),
                fmt::format("modprobe {}{}", loaded ? "-r " : "", driver));
  }
  VFQUAL_TRY(const auto srcversion, LoadedSrcversion(host, driver), "");
  if (srcversion != before.srcversion) {
    return Fail(
        fmt::format("{} runs with srcversion '{}', before the run it was '{}'", driver, srcversion, before.srcversion),
        "reboot: the driver of before is not the one that modprobe loads");
  }
  VFQUAL_TRY(const auto pf, ReadPfFacts(host, prepared.pf.address), "");
  if (pf.num_vfs == before.num_vfs) return {};
  return Fail(fmt::format("{} has {} VFs, before the run it had {}", pf.address.ToString(), pf.num_vfs, before.num_vfs),
              fmt::format("write {} to {}/sriov_numvfs", before.num_vfs, pf.address.SysfsPath()));
}

}  // namespace vfqual
