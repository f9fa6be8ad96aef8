#include "harness/lab/lab_dry_run.h"

#include <fmt/format.h>

#include <string>
#include <utility>

#include "harness/base/ssh_quote.h"
#include "harness/lab/lab_host_cache.h"
#include "harness/lab/lab_session.h"
#include "harness/lab/qemu_argv.h"
#include "vmimages/image_builder.h"

namespace vfqual {

namespace {

// A missing image's paths are not known before it is built; a word stands for its folder.
Image ImageOrPlaceholder(const LabRequest& request, const ImageDefinition& definition, const std::string& kernel) {
  const std::string label = definition.name + "+" + kernel;
  if (auto found = FindImage(definition, kernel, request.cache)) {
    request.print(fmt::format("image    {}: {}", label, found->folder.string()));
    return std::move(*found);
  }
  request.print(
      fmt::format("image    {}: would be built first (vfqual image build {} --dry-run tells how)", label, label));
  const std::filesystem::path folder = "IMAGE:" + label;
  Image image;
  image.name = definition.name;
  image.kernel = kernel;
  image.kernel_release = kernel;
  image.folder = folder;
  image.disk = folder / "disk.raw";
  image.vmlinuz = folder / "vmlinuz";
  image.initrd = folder / "initrd";
  image.memory_mib = definition.memory_mib;
  return image;
}

}  // namespace

Status DescribeLab(const LabRequest& request, const Plan& plan, const LabKernel& kernel,
                   const std::vector<GuestImageChoice>& guests, const std::vector<PayloadItem>& programs,
                   const std::filesystem::path& folder, const std::string& machine_fault) {
  LabSession session;
  session.plan = plan;
  session.programs = programs;
  session.fault = machine_fault;
  session.folder = folder;
  session.images.host = ImageOrPlaceholder(request, kernel.definition, kernel.kernel);
  for (const auto& guest : guests) {
    Image image = ImageOrPlaceholder(request, guest.definition, guest.kernel);
    LabDisk disk{image.disk, DiskSerial(guest.asked, session.images.guests.size())};
    session.images.guests.emplace(guest.asked, GuestImageInLab{std::move(image), std::move(disk)});
  }
  session.host_cache = LabHostCache(request.cache, session.images);
  // Whether KVM works here would be tried by booting the kernel; shown is what works everywhere.
  session.accelerator.accelerator = request.accelerator.value_or(Accelerator::kTcg);
  auto spec = SessionSpec(session, "PAYLOAD.img");
  spec.console_log = folder / "lab/try1/console.log";
  spec.qmp_socket = "QMP";

  if (!request.programs_builder.empty()) {
    request.print("beside   " + QuoteAllForShell({request.programs_builder.string()}));
    request.print(
        "         while it runs the machine boots with vfqual alone, and gets the other programs on a disk of their "
        "own");
  }
  request.print("payload  PAYLOAD.img, an ext4 image with:");
  for (const auto& item : SessionPayload(session)) {
    request.print(fmt::format("           {}  from {}", item.name.string(), item.source.string()));
  }
  request.print("           plan.json:");
  request.print(PlanToJson(SessionPlan(session)));
  request.print("here     " + QuoteAllForShell(QemuArgv(spec)));
  request.print("there    " + QuoteAllForShell(MountArgv()));
  request.print("there    " + QuoteAllForShell(RunArgv(session)));
  request.print("write    " + folder.string());
  return {};
}

}  // namespace vfqual
