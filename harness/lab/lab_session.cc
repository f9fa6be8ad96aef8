#include "harness/lab/lab_session.h"

#include <fmt/format.h>

#include <algorithm>
#include <system_error>
#include <thread>
#include <utility>

#include "harness/lab/lab_fault.h"
#include "harness/lab/lab_host_cache.h"

namespace vfqual {

namespace {

namespace fs = std::filesystem;

constexpr unsigned kMaxVcpus = 4;
constexpr auto kPayloadSerial = "vfqual-payload";
constexpr auto kHostCacheName = "host-cache";  // on the payload

bool HasOpenclCache(const LabSession& session) {
  std::error_code error;
  return fs::exists(session.opencl_cache, error);
}

}  // namespace

Plan SessionPlan(const LabSession& session) {
  const bool emulated = session.accelerator.accelerator == Accelerator::kTcg;
  return PlanInLab(session.plan, session.images.guests, emulated, session.accelerator.nested_kvm);
}

std::vector<PayloadItem> SessionPayload(const LabSession& session) {
  std::vector<PayloadItem> items = session.programs;
  items.push_back({session.plan.module.source, PayloadModule(session.plan)});
  items.push_back({session.host_cache, kHostCacheName});
  if (HasOpenclCache(session)) items.push_back({session.opencl_cache, kOpenclCacheName});
  for (const auto& [name, guest] : session.images.guests) {
    items.push_back({guest.image.vmlinuz, PayloadKernel(guest.image)});
    items.push_back({guest.image.initrd, PayloadInitrd(guest.image)});
  }
  return items;
}

LabSpec SessionSpec(const LabSession& session, const fs::path& payload_disk, const std::optional<LabDisk>& late_disk) {
  const Image& host = session.images.host;
  LabSpec spec;
  spec.kernel = host.vmlinuz;
  spec.initrd = host.initrd;
  spec.root_disk = host.disk;
  spec.memory_mib = host.memory_mib;
  spec.accelerator = session.accelerator.accelerator;
  spec.nested_kvm = session.accelerator.nested_kvm;
  if (spec.accelerator == Accelerator::kTcg) spec.qemu = session.qemu;
  spec.total_vfs = kLabTotalVfs;
  const bool emulated = spec.accelerator == Accelerator::kTcg;
  spec.command_line = emulated ? host.command_line_emulated : host.command_line;
  spec.vcpus = emulated ? 1 : static_cast<int>(std::clamp(std::thread::hardware_concurrency(), 1U, kMaxVcpus));
  spec.disks.push_back({payload_disk, kPayloadSerial});
  if (late_disk) spec.disks.push_back(*late_disk);
  for (const auto& [name, guest] : session.images.guests) spec.disks.push_back(guest.disk);
  return WithFault(std::move(spec), session.fault);
}

std::vector<std::string> MountArgv() {
  const LabDisk payload{{}, kPayloadSerial};
  // The image announces no device at boot: it is for the disks alone, whose by-id links the plan names.
  constexpr auto kScript =
      "udevadm trigger --settle --subsystem-match=block && mkdir -p -- \"$2\" \"$3\" \"$6\" && "
      "mount -o ro -- \"$1\" \"$2\" && cp -r -- \"$4\" \"$5\" && cp -r -- \"$5/$7/.\" \"$6\" && "
      "find \"$5\" -type f -name '*R' >\"$5/$8\"";
  return {"sh",
          "-c",
          kScript,
          "sh",
          DiskPathInLab(payload),
          kPayloadFolder,
          kRunFolder,
          fmt::format("{}/{}", kPayloadFolder, kHostCacheName),
          kHostCacheInLab,
          kLibvirtCapabilities,
          kCapabilitiesFolder,
          kHostCacheStamp};
}

std::vector<std::string> RunArgv(const LabSession& session) {
  const std::string payload = kPayloadFolder;
  std::vector<std::string> argv = {
      payload + "/bin/vfqual",
      "run",
      payload + "/" + kPlanName,
      "--out",
      kRunFolder,
      "--opencl-cache",
      fmt::format("{}/{}", HasOpenclCache(session) ? payload : kRunFolder, kOpenclCacheName),
      "--ccache",
      fmt::format("{}/{}", kHostCacheInLab, kCompilerCacheFolder),
      "--no-summary"};
  if (session.unfinished != nullptr)
    argv.insert(argv.end(), {"--programs", fmt::format("{}/bin", kLateProgramsFolder), "--await-programs"});
  return argv;
}

}  // namespace vfqual
