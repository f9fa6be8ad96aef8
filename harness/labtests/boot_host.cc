#include "harness/labtests/boot_host.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <chrono>
#include <iostream>
#include <utility>

#include "harness/base/folders.h"
#include "harness/guest/overlay.h"
#include "harness/lab/accelerator.h"
#include "harness/lab/lab_session.h"
#include "vmimages/image_builder.h"

namespace vfqual {

namespace {

using Clock = std::chrono::steady_clock;

constexpr const char* kImage = "boot-host-6.12";
constexpr const char* kPayloadSerial = "vfqual-payload";
constexpr std::chrono::minutes kBootTimeout{6};
constexpr std::chrono::minutes kDownTimeout{2};
constexpr std::chrono::minutes kShellTimeout{15};

// What an installer does last: the image's builder leaves /boot empty, and update-grub has to see the disk.
constexpr const char* kInstallBoot =
    "cp -a /usr/lib/boot-host/. /boot/ && rm -r /usr/lib/boot-host && update-grub && sync";

void Say(const std::string& line) {
  std::cout << line << std::endl;  // NOLINT(performance-avoid-endl): the log is watched
}

double SecondsSince(Clock::time_point start) {
  return std::chrono::duration<double>(Clock::now() - start).count();
}

Result<Image> FindOrBuild(const std::filesystem::path& cache) {
  VFQUAL_TRY(const auto data, DataFolder(), "");
  VFQUAL_TRY(const auto definition, LoadDefinition(data / "vmimages", kImage), "");
  BuildOptions build;
  build.cache = cache;
  build.progress = [](std::string_view line) { Say(std::string(line)); };
  return EnsureImage(definition, "", build);
}

}  // namespace

Result<std::unique_ptr<BootHost>> BootHost::Install(const std::vector<PayloadItem>& payload) {
  VFQUAL_TRY(const auto cache, CacheFolder(), "");
  VFQUAL_TRY(auto image, FindOrBuild(cache), "the boot host's image");
  VFQUAL_TRY(auto folder, TemporaryFolder::Make("vfqual-boothost"), "");
  std::unique_ptr<BootHost> host(new BootHost(std::move(image), std::move(folder)));
  const auto path = host->folder_.Path();
  LocalHost local;
  VFQUAL_CHECK(MakeLabPayload(local, payload, path / "payload.img"), "");
  VFQUAL_CHECK(MakeOverlay(local, host->image_.disk.string(), DiskFormat::kRaw, (path / "root.qcow2").string()), "");
  VFQUAL_CHECK(host->Boot(By::kQemu), "the first boot");
  if (const auto installed = host->Shell(kInstallBoot); !installed.Ok()) {
    return Fail(fmt::format("writing the boot menu: {}", installed.Describe()));
  }
  VFQUAL_CHECK(host->Reboot(), "");
  return host;
}

Status BootHost::Boot(By by) {
  LabSpec spec;
  spec.root_disk = folder_.Path() / "root.qcow2";
  spec.keep_root = true;
  spec.memory_mib = image_.memory_mib;
  spec.disks = {{folder_.Path() / "payload.img", kPayloadSerial}};
  LocalHost local;
  VFQUAL_TRY(const auto cache, CacheFolder(), "");
  VFQUAL_TRY(const auto choice,
             ChooseAccelerator(local, {{}, image_.vmlinuz, image_.kernel_release, cache / "lab", {}}), "");
  spec.accelerator = choice.accelerator;
  spec.nested_kvm = choice.nested_kvm;
  if (by == By::kGrub) {
    spec.boot_disk = image_.folder / "grub.raw";
  } else {
    spec.kernel = image_.vmlinuz;
    spec.initrd = image_.initrd;
    spec.command_line = image_.command_line_emulated;
  }
  const auto start = Clock::now();
  LabMachineOptions options;
  options.logs = folder_.Path() / fmt::format("boot{}", ++boots_);
  options.identity = image_.ssh_identity;
  options.host_key = image_.ssh_host_key;
  VFQUAL_TRY(machine_, LabMachine::Start(std::move(spec), options), "");
  VFQUAL_CHECK(machine_->WaitForLogin(kBootTimeout, {}), "");
  Command mount;
  mount.argv = MountArgv();
  VFQUAL_TRY(const auto mounted, machine_->Host().Run(mount), "mount the payload");
  if (!mounted.Ok()) return Fail(fmt::format("mount the payload: {}", mounted.Describe()));
  Say(fmt::format("=== boot {} by {}: login after {:.0f} s", boots_, by == By::kGrub ? "GRUB" : "QEMU's -kernel",
                  SecondsSince(start)));
  return {};
}

Status BootHost::Reboot() {
  Command reboot;
  reboot.argv = {"systemctl", "--no-block", "reboot"};
  VFQUAL_TRY(const auto told, machine_->Host().Run(reboot), "reboot");
  if (!told.Ok()) return Fail(fmt::format("reboot: {}", told.Describe()));
  VFQUAL_CHECK(machine_->WaitForEnd(kDownTimeout), "reboot");
  return Boot(By::kGrub);
}

Completed BootHost::Shell(const std::string& script, const std::vector<std::string>& arguments) {
  LocalHost local;
  const auto file = local.Read(fmt::format("{}/harness/labtests/{}", VFQUAL_SOURCE_DIR, script));
  Say(fmt::format("$ {}{}{}", script, arguments.empty() ? "" : " ", fmt::join(arguments, " ")));
  Command command;
  command.argv = {"sh", "-c", file.value_or(script), "sh"};
  command.argv.insert(command.argv.end(), arguments.begin(), arguments.end());
  command.timeout = kShellTimeout;
  command.max_output_bytes = std::size_t{16} << 20U;
  if (!file) command.on_output = [](std::string_view piece) { std::cout << piece << std::flush; };
  auto completed = machine_->Host().Run(command);
  if (!completed) {
    Say(completed.error().Message());
    Completed failed;
    failed.exit_code = -1;
    failed.err = completed.error().Message();
    return failed;
  }
  Say(fmt::format("  exit {} after {:.1f} s", completed->exit_code, completed->wall_seconds));
  return *std::move(completed);
}

}  // namespace vfqual
