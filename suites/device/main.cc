// suite_device: the VF as its guest sees it: present, a VF, bound, with a render node, and a clean kernel log.
// By hand, in a guest, as root: suite_device
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <charconv>
#include <chrono>
#include <filesystem>
#include <string>
#include <thread>
#include <vector>

#include "suites/device/gpu_checks.h"
#include "suites/device/lab_submit.h"
#include "suites/drm/render_node.h"
#include "suites/kernel_log/driver_messages.h"
#include "suites/support/add_test.h"
#include "suites/support/outcome.h"
#include "suites/support/suite_main.h"

namespace vfqual::suites {
namespace {

struct DeviceOptions {
  std::vector<std::string> device_ids;  // four hexadecimal digits each
  std::string driver = "i915";
  std::string expect_module_version;  // empty: any
  bool lab = false;
  std::filesystem::path sysfs = "/sys";
  std::filesystem::path dev = "/dev";
  std::filesystem::path group_file = "/etc/group";
};

Result<PciFunction> Gpu(const DeviceOptions& options) {
  std::vector<std::uint16_t> ids;
  for (const auto& text : options.device_ids) {
    std::from_chars(text.data(), text.data() + text.size(), ids.emplace_back(), 16);
  }
  return FindGuestGpu(options.sysfs, ids);
}

Result<UniqueFd> OpenGpu(const DeviceOptions& options) {
  return Gpu(options)
      .and_then([&](const PciFunction& gpu) { return RenderNodePath(gpu, options.dev); })
      .and_then(OpenRenderNode);
}

void ModuleIsLoaded(const DeviceOptions& options) {
  const auto version = ModuleVersion(options.sysfs, options.driver);
  if (!version) return ExpectOk(Fail(version.error()));
  testing::Test::RecordProperty("module_version", *version);
  const auto& expected = options.expect_module_version;
  if (!expected.empty() && *version != expected) {
    Warn(fmt::format("{} is '{}' here, '{}' on the host", options.driver, *version, expected));
  }
}

void RenderNodeBelongsToDriver(const DeviceOptions& options) {
  const auto name = OpenGpu(options).and_then([](const UniqueFd& fd) { return DrmDriverName(fd.Get()); });
  if (!name) return ExpectOk(Fail(name.error()));
  if (*name == options.driver) return;
  ExpectOk(Fail(fmt::format("the render node's driver is {}, {} expected", *name, options.driver)));
}

void RenderNodeIsOpenToRenderGroup(const DeviceOptions& options) {
  const auto node = Gpu(options).and_then([&](const PciFunction& gpu) { return RenderNodePath(gpu, options.dev); });
  if (!node) return ExpectOk(Fail(node.error()));
  // udev sets owner and mode a moment after the driver has made the node.
  constexpr int kTries = 20;
  Status open = CheckRenderGroup(*node, options.group_file);
  for (int attempt = 1; !open && attempt < kTries; ++attempt) {
    std::this_thread::sleep_for(std::chrono::milliseconds(100));
    open = CheckRenderGroup(*node, options.group_file);
  }
  ExpectOk(open);
}

void LabWorkCrossesToTheVf(const DeviceOptions& options) {
  if (!options.lab) return SkipTest(SkipReason::kLabOnly, "only the lab's stand-in driver has this ioctl (--lab)");
  const auto node = OpenGpu(options);
  if (!node) return ExpectOk(Fail(node.error()));
  auto earlier = SubmitLabWork(node->Get());
  if (!earlier) return ExpectOk(Fail(earlier.error()));
  ExpectOk(CheckLabValue(*earlier));
  for (int i = 0; i < 100; ++i) {
    const auto later = SubmitLabWork(node->Get());
    if (!later) return ExpectOk(Fail(later.error()));
    ExpectOk(CheckLabValue(*later));
    ExpectOk(CheckLabOrder(*earlier, *later));
    if (testing::Test::HasFailure()) return;
    earlier = later;
  }
}

void KernelLogSaysVfMode(const DeviceOptions& options) {
  const auto gpu = Gpu(options);
  if (!gpu) return ExpectOk(Fail(gpu.error()));
  const auto log = ReadKernelLog(options.dev / "kmsg");
  if (!log) return ExpectOk(Fail(log.error()));
  if (SaysVfMode(*log, gpu->Bdf())) return;
  if (IsTruncated(*log)) {
    return SkipTest(SkipReason::kKernelLogTruncated, "the kernel has overwritten the messages of its boot");
  }
  ExpectOk(Fail(fmt::format("{}: no message 'Running in SR-IOV VF mode' in the kernel log", gpu->Bdf())));
}

void KernelLogHasNoFailure(const DeviceOptions& options) {
  const auto log = ReadKernelLog(options.dev / "kmsg");
  if (!log) return ExpectOk(Fail(log.error()));
  if (const auto failure = FirstFailureMessage(*log)) ExpectOk(Fail("the kernel log says: " + *failure));
}

void AddDeviceTests(const DeviceOptions& options) {
  AddTest("GuestGpu", "IsTheOnlyOne", [=] { ExpectOk(Gpu(options).map([](const auto&) {})); });
  AddTest("GuestGpu", "IsAVf", [=] { ExpectOk(Gpu(options).and_then(CheckIsVf)); });
  AddTest("GuestGpu", "IsBoundToDriver", [=] {
    ExpectOk(Gpu(options).and_then([&](const PciFunction& gpu) { return CheckDriver(gpu, options.driver); }));
  });
  AddTest("DriverModule", "IsLoaded", [=] { ModuleIsLoaded(options); });
  AddTest("DriverModule", "IsTheOnlyOne", [=] { ExpectOk(CheckOtherDriverAbsent(options.sysfs, options.driver)); });
  AddTest("RenderNode", "Opens", [=] { ExpectOk(OpenGpu(options).map([](const auto&) {})); });
  AddTest("RenderNode", "BelongsToDriver", [=] { RenderNodeBelongsToDriver(options); });
  AddTest("RenderNode", "IsOpenToRenderGroup", [=] { RenderNodeIsOpenToRenderGroup(options); });
  AddTest("LabWork", "CrossesToTheVf", [=] { LabWorkCrossesToTheVf(options); });
  AddTest("KernelLog", "SaysVfMode", [=] { KernelLogSaysVfMode(options); });
  AddTest("KernelLog", "HasNoDriverFailure", [=] { KernelLogHasNoFailure(options); });
}

}  // namespace
}  // namespace vfqual::suites

int main(int argc, char** argv) {
  namespace suites = vfqual::suites;
  suites::DeviceOptions options;
  const auto add_options = [&](CLI::App& app) {
    app.description("Checks the VF in this guest. Run it as root.");
    const CLI::Validator device_id(
        [](const std::string& id) {
          const bool is_id = id.size() == 4 && id.find_first_not_of("0123456789abcdefABCDEF") == std::string::npos;
          return is_id ? std::string() : "'" + id + "' is not a PCI device id of four hexadecimal digits";
        },
        "ID");
    app.add_option("--device-id", options.device_ids,
                   "the GPU's PCI device id; may be repeated (default: any display device of Intel's)")
        ->check(device_id);
    app.add_option("--driver", options.driver, "the driver that the VF must be bound to")->capture_default_str();
    app.add_option("--expect-module-version", options.expect_module_version,
                   "the host's module version; another one is a warning");
    app.add_flag("--lab", options.lab, "the driver is the lab's stand-in: send work to the VF");
    app.add_option("--sysfs-root", options.sysfs, "where sysfs is mounted")->capture_default_str();
    app.add_option("--dev-root", options.dev, "where the device files are")->capture_default_str();
    app.footer("Example: suite_device --gtest_output=json:device.json\n         suite_device --lab --device-id=5845");
  };
  return suites::RunSuite(argc, argv, add_options, [&] { suites::AddDeviceTests(options); });
}
