#include "harness/lab/lab_run.h"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <chrono>
#include <ctime>
#include <memory>
#include <mutex>
#include <optional>
#include <system_error>
#include <utility>

#include "harness/cell/plan_source.h"
#include "harness/lab/accelerator.h"
#include "harness/lab/kernel_choice.h"
#include "harness/lab/lab_dry_run.h"
#include "harness/lab/lab_fault.h"
#include "harness/lab/lab_host_cache.h"
#include "harness/lab/lab_images.h"
#include "harness/lab/lab_record.h"
#include "harness/lab/lab_session.h"
#include "harness/lab/lab_summary.h"
#include "harness/lab/lab_tries.h"
#include "harness/lab/opencl_cache_file.h"
#include "harness/lab/payload.h"
#include "harness/lab/programs_build.h"
#include "vmimages/image_definition.h"

namespace vfqual {

namespace {

namespace fs = std::filesystem;

// All that is decided before anything is touched.
struct Prepared {
  Plan plan;
  std::string machine_fault;
  std::vector<LabKernel> kernels;
  std::vector<std::vector<GuestImageChoice>> guests;  // for each kernel
  std::vector<PayloadItem> programs;
  std::vector<fs::path> folders;  // one a kernel
};

Result<std::vector<ImageDefinition>> LoadDefinitions(const fs::path& vmimages) {
  VFQUAL_TRY(const auto names, ListDefinitions(vmimages), "looking for image definitions");
  std::vector<ImageDefinition> definitions;
  for (const auto& name : names) {
    VFQUAL_TRY(auto definition, LoadDefinition(vmimages, name), "looking for image definitions");
    definitions.push_back(std::move(definition));
  }
  return definitions;
}

Result<std::vector<fs::path>> ChooseFolders(const fs::path& out, const std::vector<LabKernel>& kernels) {
  std::vector<fs::path> folders;
  const std::string time = fmt::format("{:%Y%m%d-%H%M%S}", fmt::gmtime(std::time(nullptr)));
  for (const auto& kernel : kernels) {
    fs::path folder = out;
    if (out.empty()) {
      folder = fs::path("vfqual-out") / fmt::format("{}-lab-{}", time, kernel.wanted);
    } else if (kernels.size() > 1) {
      folder = out / kernel.wanted;
    }
    std::error_code error;
    folder = fs::absolute(folder).lexically_normal();
    if (fs::exists(folder, error) && !fs::is_empty(folder, error)) {
      return FailInput(fmt::format("{} is not an empty folder", folder.string()), "give another --out folder");
    }
    folders.push_back(std::move(folder));
  }
  return folders;
}

Result<Prepared> Prepare(const LabRequest& request) {
  Prepared prepared;
  VFQUAL_TRY(const auto faults, ParseFaults(request.fault), "");
  prepared.machine_fault = faults.machine;
  VFQUAL_TRY(prepared.plan, MakeLabPlan(request.plan), "");
  VFQUAL_CHECK(GiveFaults(faults, prepared.plan), "");
  VFQUAL_TRY(const auto definitions, LoadDefinitions(request.data_folder / "vmimages"), "");
  auto wanted = request.kernels.empty() ? prepared.plan.kernels : request.kernels;
  if (wanted.empty()) wanted.emplace_back(kDefaultKernel);
  VFQUAL_TRY(prepared.kernels, ChooseKernels(definitions, wanted), "");
  for (const auto& kernel : prepared.kernels) {
    VFQUAL_TRY(auto guests, ChooseGuestImages(definitions, GuestImages(prepared.plan), kernel.kernel),
               prepared.plan.file);
    prepared.guests.push_back(std::move(guests));
  }
  VFQUAL_TRY(prepared.programs, PayloadPrograms(request.programs_folder), "");
  VFQUAL_TRY(prepared.folders, ChooseFolders(request.out, prepared.kernels), "");
  return prepared;
}

std::string HowItRuns(const AcceleratorChoice& choice, const LabQemu& qemu) {
  if (choice.accelerator == Accelerator::kTcg) {
    return fmt::format("emulated by QEMU {}: {}", qemu.version, choice.reason);
  }
  return fmt::format("KVM: {}{}", choice.reason, choice.nested_kvm ? "" : "; its guests are emulated");
}

Result<AcceleratorChoice> Accelerate(Host& local, const LabRequest& request, const Image& host) {
  AcceleratorOptions options;
  options.forced = request.accelerator;
  options.kernel = host.vmlinuz;
  options.kernel_release = host.kernel_release;
  options.cache = request.cache / "lab";
  options.cancelled = request.cancelled;
  return ChooseAccelerator(local, options);
}

LabImagesOptions ImagesOptions(Host& local, const LabRequest& request) {
  LabImagesOptions images;
  // The answer is remembered: five seconds of waiting for a kernel that KVM does not run pass while images are built.
  images.on_host_kernel = [&local, &request, one = std::make_shared<std::mutex>()](const Image& image) {
    const std::lock_guard lock(*one);
    static_cast<void>(Accelerate(local, request, image));
  };
  images.cache = request.cache;
  images.progress = [&request](std::string_view line) { request.print(std::string(line)); };
  images.cancelled = request.cancelled;
  return images;
}

Result<GuestPrograms> FindGuestPrograms(const LabRequest& request, const LabImages& images, Accelerator accelerator) {
  GuestPrograms programs;
  VFQUAL_TRY(programs.items, PayloadPrograms(request.programs_folder), "");
  VFQUAL_TRY(programs.opencl_cache, OpenclCacheFile(request.cache, images, accelerator, programs.items), "");
  return programs;
}

// All programs; where they are still built vfqual alone, and how to find the others later: their files come and go now.
Status GivePrograms(LabSession& session, const LabRequest& request, const ProgramsBuild* build) {
  // Where nothing has to be compiled the build ends in a second or two: one disk less is faster than not to wait.
  constexpr std::chrono::seconds kNothingToCompile{4};
  const Accelerator accelerator = session.accelerator.accelerator;
  if (build != nullptr && !build->EndsWithin(kNothingToCompile)) {
    request.print("lab: what guests run is still compiled; the machine gets it later");
    session.programs = {{request.programs_folder / "vfqual", kVfqualOnPayload}};
    session.unfinished = build;
    session.find_late = [&request, images = session.images, accelerator] {
      return FindGuestPrograms(request, images, accelerator);
    };
    return {};
  }
  if (build != nullptr) VFQUAL_CHECK(build->Outcome(), "");
  VFQUAL_TRY(auto programs, FindGuestPrograms(request, session.images, accelerator), "");
  session.programs = std::move(programs.items);
  session.opencl_cache = std::move(programs.opencl_cache);
  return {};
}

Result<LabSession> MakeSession(Host& local, const LabRequest& request, const Prepared& prepared, std::size_t index,
                               const LabQemu& qemu, const ProgramsBuild* build, StageTimes& times) {
  const auto& kernel = prepared.kernels[index];
  LabSession session;
  session.plan = prepared.plan;
  session.qemu = qemu;
  session.fault = prepared.machine_fault;
  session.keep = request.keep;
  session.folder = prepared.folders[index];
  session.tool = request.tool;
  session.print = request.print;
  session.cancelled = request.cancelled;
  const LabImagesOptions images = ImagesOptions(local, request);
  VFQUAL_TRY(session.images,
             times.Measure("images", true, [&] { return EnsureLabImages(kernel, prepared.guests[index], images); }),
             "");
  VFQUAL_CHECK(CheckRelease(kernel, session.images.host), "");
  VFQUAL_TRY(session.accelerator,
             times.Measure("probe", false, [&] { return Accelerate(local, request, session.images.host); }), "");
  VFQUAL_CHECK(times.Measure("programs", true, [&] { return GivePrograms(session, request, build); }), "");
  session.host_cache = LabHostCache(request.cache, session.images);
  VFQUAL_CHECK(PrepareHostCache(session.host_cache), "");
  return session;
}

Result<int> RunKernel(Host& local, const LabRequest& request, const Prepared& prepared, std::size_t index,
                      const LabQemu& qemu, const ProgramsBuild* build) {
  StageTimes times;
  VFQUAL_TRY(const auto session, MakeSession(local, request, prepared, index, qemu, build, times), "");
  const std::string& release = session.images.host.kernel_release;
  request.print(fmt::format("lab: booting {} ({})", release, HowItRuns(session.accelerator, session.qemu)));
  VFQUAL_TRY(const auto result, RunSession(local, session, times), fmt::format("lab with {}", release));
  VFQUAL_CHECK(local.WriteFile((session.folder / "lab.json").string(), LabRecordJson(session, result, times), 0644),
               "");
  for (const auto& line : SummaryLines(ReadSummary(release, session.folder))) request.print(line);
  return result.exit_code;
}

}  // namespace

Result<int> RunLab(Host& local, const LabRequest& request) {
  VFQUAL_TRY(auto prepared, Prepare(request), "");
  if (request.dry_run) {
    for (std::size_t index = 0; index < prepared.kernels.size(); ++index) {
      VFQUAL_CHECK(DescribeLab(request, prepared.plan, prepared.kernels[index], prepared.guests[index],
                               prepared.programs, prepared.folders[index], prepared.machine_fault),
                   "");
    }
    return 0;
  }
  VFQUAL_CHECK(OpenPlanSource(prepared.plan, request.cache, request.cancelled), "");
  if (request.images_only) {
    for (std::size_t index = 0; index < prepared.kernels.size(); ++index) {
      VFQUAL_TRY(const auto images,
                 EnsureLabImages(prepared.kernels[index], prepared.guests[index], ImagesOptions(local, request)), "");
    }
    return 0;
  }
  VFQUAL_TRY(const auto qemu, FindLabQemu(local, request.cache), "");
  std::optional<ProgramsBuild> build;
  if (!request.programs_builder.empty()) build.emplace(local, request.programs_builder, request.print);
  int worst = 0;
  for (std::size_t index = 0; index < prepared.kernels.size(); ++index) {
    if (index > 0) request.print("");
    VFQUAL_TRY(const int code, RunKernel(local, request, prepared, index, qemu, build ? &*build : nullptr), "");
    worst = WorstExitCode(worst, code);
  }
  return worst;
}

}  // namespace vfqual
