#include "harness/guest/manual_guest.h"

#include <fmt/format.h>
#include <fmt/ostream.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <ostream>

#include "harness/facts/pf_facts.h"
#include "harness/guest/domain.h"
#include "harness/guest/domain_list.h"
#include "harness/guest/domain_xml.h"
#include "harness/guest/overlay.h"

namespace vfqual {

namespace {

std::string BaseName(const std::string& path) {
  return path.substr(path.find_last_of('/') + 1);
}

Status CheckFile(Host& host, const char* option, const std::string& path) {
  if (path.empty()) return {};
  if (!path.starts_with('/')) return FailInput(fmt::format("{}: '{}' is not an absolute path", option, path));
  VFQUAL_TRY(const bool exists, host.Exists(path), option);
  if (!exists) return FailInput(fmt::format("{}: {} does not exist", option, path));
  return {};
}

Result<GuardedVf> FindVf(Host& host, const std::string& text) {
  VFQUAL_TRY(const PciAddress address, ParsePciAddress(text), "--vf");
  const auto physfn = host.ReadLink(address.SysfsPath() + "/physfn");
  if (!physfn) {
    return FailInput(fmt::format("--vf: {} is no virtual function of this host", address.ToString()),
                     "create VFs first; `vfqual vf list` shows them. A PF is never passed to a guest");
  }
  VFQUAL_TRY(const PciAddress pf_address, ParsePciAddress(BaseName(*physfn)), "--vf");
  VFQUAL_TRY(const PfFacts pf, ReadPfFacts(host, pf_address), "--vf");
  VFQUAL_TRY(const GuardedVf vf, GuardVf(pf, address), "--vf");
  VFQUAL_CHECK(VerifyVf(host, pf, vf), "--vf");
  return vf;
}

}  // namespace

Result<ManualPlan> PlanManualGuest(Host& host, const ManualGuest& guest) {
  VFQUAL_CHECK(CheckFile(host, "--disk", guest.disk), "");
  VFQUAL_CHECK(CheckFile(host, "--kernel", guest.kernel), "");
  VFQUAL_CHECK(CheckFile(host, "--initrd", guest.initrd), "");
  for (const auto& file : guest.payload) VFQUAL_CHECK(CheckFile(host, "--payload", file), "");
  if (guest.kernel.empty() && (!guest.initrd.empty() || !guest.cmdline.empty())) {
    return FailInput("--initrd and --cmdline need --kernel");
  }

  ManualPlan plan;
  DomainSpec& spec = plan.spec;
  const std::string folder = fmt::format("{}/{}", kGuestsFolder, guest.name);
  spec.name = guest.name;
  spec.run_id = kManualRunId;
  spec.type = guest.emulate ? DomainType::kQemu : DomainType::kKvm;
  spec.firmware = guest.uefi ? Firmware::kUefi : Firmware::kBios;
  spec.vcpus = guest.vcpus;
  spec.memory_mib = guest.memory_mib;
  spec.console_log = folder + "/console.log";
  if (!guest.disk.empty() && guest.write_to_disk) {
    spec.root_disk = RootDisk{guest.disk, guest.disk_format, false};
  } else if (!guest.disk.empty()) {
    plan.overlay_base = guest.disk;
    plan.overlay_base_format = guest.disk_format;
    spec.root_disk = RootDisk{folder + "/root.qcow2", DiskFormat::kQcow2, false};
  }
  if (!guest.kernel.empty()) spec.direct_kernel = DirectKernel{guest.kernel, guest.initrd, guest.cmdline};
  if (!guest.payload.empty()) {
    spec.payload_disk = folder + "/payload.img";
    for (const auto& file : guest.payload) plan.payload.push_back({file, BaseName(file)});
  }
  if (!guest.vf.empty()) {
    VFQUAL_TRY(spec.vf, FindVf(host, guest.vf), "");
  }
  // The XML's own checks (name, sizes, something to boot) come before anything is made.
  VFQUAL_CHECK(DomainXml(spec), "");
  return plan;
}

Status PrintManualPlan(const ManualPlan& plan, std::ostream& out) {
  if (!plan.overlay_base.empty()) {
    const auto command = OverlayCommand(plan.overlay_base, plan.overlay_base_format, plan.spec.root_disk->path);
    fmt::print(out, "run   {}\n", fmt::join(command.argv, " "));
  }
  if (plan.spec.payload_disk) {
    fmt::print(out, "write {}: an ext4 image with", *plan.spec.payload_disk);
    for (const auto& file : plan.payload) fmt::print(out, " {}", file.source);
    fmt::print(out, "\n");
  }
  VFQUAL_TRY(const std::string xml, DomainXml(plan.spec), "");
  fmt::print(out, "start a transient libvirt domain:\n{}", xml);
  return {};
}

Result<StartedGuest> StartManualGuest(Host& host, std::shared_ptr<Connection> connection, const ManualPlan& plan,
                                      std::chrono::milliseconds agent_timeout) {
  // Disks of a guest of this name that still runs must not be replaced under it.
  VFQUAL_TRY(const auto domains, ListDomains(*connection), "");
  if (std::ranges::any_of(domains, [&](const auto& domain) { return domain.name == plan.spec.name; })) {
    return FailInput(fmt::format("a domain named {} exists", plan.spec.name),
                     "choose another name, or end it: `vfqual guest destroy NAME`");
  }
  const std::string folder = fmt::format("{}/{}", kGuestsFolder, plan.spec.name);
  Command make;
  make.argv = {"install", "-d", "-m", "0755", "--", folder};
  VFQUAL_TRY(const Completed made, host.Run(make), "");
  if (!made.Ok()) return Fail(fmt::format("make {}: {}", folder, made.Describe()), "run as root");
  // The console of an earlier guest of this name would be taken for this one's.
  VFQUAL_CHECK(host.Remove(plan.spec.console_log), "");
  if (!plan.overlay_base.empty()) {
    VFQUAL_CHECK(MakeOverlay(host, plan.overlay_base, plan.overlay_base_format, plan.spec.root_disk->path), "");
  }
  if (plan.spec.payload_disk) VFQUAL_CHECK(MakePayloadDisk(host, plan.payload, *plan.spec.payload_disk), "");
  VFQUAL_TRY(Domain domain, Domain::Create(std::move(connection), plan.spec), "");
  VFQUAL_TRY(const auto after, domain.WaitForAgent({.timeout = agent_timeout}), "");
  domain.Release();
  return StartedGuest{domain.Uuid(), after};
}

}  // namespace vfqual
