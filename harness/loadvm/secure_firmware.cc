#include "harness/loadvm/secure_firmware.h"

#include <fmt/format.h>

#include <array>
#include <system_error>
#include <utility>

#include "harness/base/file_lock.h"
#include "harness/base/sha256.h"
#include "harness/loadvm/load_initramfs.h"
#include "harness/loadvm/load_job.h"
#include "harness/loadvm/load_machine.h"
#include "harness/loadvm/load_report.h"
#include "module/secure_boot/state.h"

namespace vfqual {

namespace {

namespace fs = std::filesystem;

constexpr std::chrono::minutes kFirmwareLimit{6};
constexpr std::size_t kKeyDigits = 16;
// Of nobody but the lab; what owns a signature is only for people to read.
constexpr const char* kOwner = "77fa9abd-0359-4d32-bd60-28f4e78f784b";
constexpr const char* kPackagesFix = "apt-get install ovmf sbsigntool openssl (ci/setup does it)";

struct Variable {
  const char* name;
  const char* guid;
};
// The platform key comes last: it ends setup mode (UEFI specification, "Firmware/OS Key Exchange").
constexpr std::array kVariables = {Variable{"db", "d719b2cb-3d3a-4596-a3bc-dad00e67656f"},
                                   Variable{"KEK", "8be4df61-93ca-11d2-aa0d-00e098032b8c"},
                                   Variable{"PK", "8be4df61-93ca-11d2-aa0d-00e098032b8c"}};

Status Do(Host& local, std::vector<std::string> argv) {
  Command command;
  command.argv = std::move(argv);
  auto completed = local.Run(command);
  if (!completed) {
    completed.error().fix = kPackagesFix;
    return tl::unexpected<Error>(std::move(completed).error());
  }
  return completed->Ok() ? Status() : Fail(fmt::format("{}: {}", command.argv.front(), completed->Describe()));
}

EnrolledFirmware Below(const fs::path& folder, const fs::path& code) {
  return {{code, folder / "variables.fd"}, folder / "key.pem", folder / "certificate.der", folder / "certificate.pem"};
}

Status MakeKey(Host& local, const EnrolledFirmware& firmware) {
  VFQUAL_CHECK(Do(local, {"openssl", "req", "-new", "-x509", "-newkey", "rsa:2048", "-nodes", "-sha256", "-days",
                          "3650", "-subj", "/CN=vfqual lab's test key/", "-keyout", firmware.key.string(), "-out",
                          firmware.certificate_pem.string()}),
               "");
  return Do(local, {"openssl", "x509", "-in", firmware.certificate_pem.string(), "-outform", "DER", "-out",
                    firmware.certificate.string()});
}

// The updates of the variables, signed, as files of the initramfs.
Status MakeUpdates(Host& local, const EnrolledFirmware& firmware, const fs::path& stage, LoadJob& job) {
  const auto list = stage.parent_path() / "db.esl";
  VFQUAL_CHECK(Do(local, {"sbsiglist", "--owner", kOwner, "--type", "x509", "--output", list.string(),
                          firmware.certificate.string()}),
               "");
  for (const auto& variable : kVariables) {
    const auto file = std::string(variable.name) + ".auth";
    // Without them it would sign for an append, and the firmware would not take the platform key.
    VFQUAL_CHECK(
        Do(local, {"sbvarsign", "--key", firmware.key.string(), "--cert", firmware.certificate_pem.string(), "--attr",
                   "NON_VOLATILE,RUNTIME_ACCESS,BOOTSERVICE_ACCESS,TIME_BASED_AUTHENTICATED_WRITE_ACCESS", "--output",
                   (stage / file).string(), variable.name, list.string()}),
        "");
    job.efi_variables.push_back({fmt::format("{}-{}", variable.name, variable.guid), "/" + file});
  }
  return {};
}

Status CheckEnrolled(const LoadMachineEnd& end) {
  VFQUAL_TRY(const auto report, ParseLoadReport(end.report, {}), "");
  for (const auto& [name, sys_errno] : report.efi_writes) {
    if (sys_errno != 0) return FailErrno("write the UEFI variable " + name, sys_errno);
  }
  const auto state = secure_boot::StateFrom(report.files);
  if (!report.ended || state.setup_mode.value_or(true)) {
    return Fail(fmt::format("the firmware did not leave setup mode{}",
                            end.death ? ": " + end.death->Describe() : std::string()));
  }
  return {};
}

Status Enrol(Host& local, const KernelImage& kernel, const EnrolledFirmware& firmware, const fs::path& work,
             const EnrolOptions& options) {
  LoadJob job;
  job.kernel = kernel.kernel;
  job.kernel_modules = {"efivarfs"};
  job.tell_files = secure_boot::StateFiles();
  const auto stage = work / "stage";
  VFQUAL_TRY(const auto staged, StageModules(local, job, stage), "");
  VFQUAL_CHECK(MakeUpdates(local, firmware, stage, job), "");
  LoadMachineSpec spec;
  spec.kernel = kernel.kernel.vmlinuz;
  spec.initramfs = work / "initramfs.cpio";
  spec.accelerator = options.accelerator;
  spec.console_log = work / "console.log";
  spec.report = work / "report.jsonl";
  spec.firmware = firmware.files;
  VFQUAL_CHECK(MakeLoadInitramfs(local, job, options.init, stage, spec.initramfs), "");
  VFQUAL_TRY(const auto end, RunLoadMachine(spec, kFirmwareLimit, options.cancelled), "");
  return CheckEnrolled(end);
}

Status Make(Host& local, const KernelImage& kernel, const FirmwareFiles& ovmf, const fs::path& folder,
            const EnrolOptions& options) {
  const fs::path work = folder.string() + ".work";
  std::error_code error;
  fs::remove_all(work, error);
  fs::create_directories(work / "kept", error);
  fs::permissions(work, fs::perms::owner_all, error);
  const auto firmware = Below(work / "kept", ovmf.code);
  fs::copy_file(ovmf.variables, firmware.files.variables, error);
  if (error) return FailErrno("copy " + ovmf.variables.string(), error.value());
  fs::permissions(firmware.files.variables, fs::perms::owner_read | fs::perms::owner_write, error);
  VFQUAL_CHECK(MakeKey(local, firmware), "");
  // What failed is left for a look, and made anew by the next run.
  VFQUAL_CHECK(Enrol(local, kernel, firmware, work, options), fmt::format("enrolling a key (see {})", work.string()));
  fs::remove_all(folder, error);
  fs::rename(work / "kept", folder, error);
  if (error) return FailErrno("rename " + work.string(), error.value());
  fs::remove_all(work, error);
  return {};
}

}  // namespace

Result<FirmwareFiles> FindOvmf() {
  // Debian and Ubuntu; Arch; Fedora. The last two were not run here.
  static const std::array<FirmwareFiles, 3> kKnown = {{
      {"/usr/share/OVMF/OVMF_CODE_4M.secboot.fd", "/usr/share/OVMF/OVMF_VARS_4M.fd"},
      {"/usr/share/edk2/x64/OVMF_CODE.secboot.4m.fd", "/usr/share/edk2/x64/OVMF_VARS.4m.fd"},
      {"/usr/share/edk2/ovmf/OVMF_CODE.secboot.fd", "/usr/share/edk2/ovmf/OVMF_VARS.fd"},
  }};
  std::error_code error;
  for (const auto& files : kKnown) {
    if (fs::exists(files.code, error) && fs::exists(files.variables, error)) return files;
  }
  return Fail("there is no OVMF with Secure Boot on this machine", kPackagesFix);
}

Result<EnrolledFirmware> EnsureEnrolledFirmware(Host& local, const KernelImage& kernel, const EnrolOptions& options) {
  VFQUAL_TRY(const auto ovmf, FindOvmf(), "");
  VFQUAL_TRY(const auto code, Sha256OfSparseFile(ovmf.code), "");
  VFQUAL_TRY(const auto variables, Sha256OfSparseFile(ovmf.variables), "");
  const auto store = options.cache / "secure-boot";
  const auto folder = store / Sha256OfText(code + variables).substr(0, kKeyDigits);
  std::error_code error;
  fs::create_directories(store, error);
  if (error) return FailErrno("make folder " + store.string(), error.value());
  VFQUAL_TRY(const auto lock,
             FileLock::Take(
                 folder.string() + ".lock", [] {}, options.cancelled),
             "");
  const auto firmware = Below(folder, ovmf.code);
  if (fs::exists(folder, error)) return firmware;
  if (options.print) options.print("Secure Boot: making a key and enrolling it in OVMF (once)");
  VFQUAL_CHECK(Make(local, kernel, ovmf, folder, options), "");
  return firmware;
}

Status SignKernel(Host& local, const EnrolledFirmware& firmware, const fs::path& kernel, const fs::path& out) {
  return Do(local, {"sbsign", "--key", firmware.key.string(), "--cert", firmware.certificate_pem.string(), "--output",
                    out.string(), kernel.string()});
}

}  // namespace vfqual
