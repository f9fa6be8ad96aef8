#include "harness/loadvm/secure_machine.h"

#include <fmt/format.h>

#include <system_error>
#include <utility>

#include "module/secure_boot/module_file.h"
#include "module/secure_boot/module_signature.h"
#include "module/secure_boot/sign_module.h"

namespace vfqual {

namespace {

namespace fs = std::filesystem;

Result<secure_boot::SigningKey> KeyOf(Host& local, const EnrolledFirmware& firmware) {
  VFQUAL_TRY(const auto key, local.Read(firmware.key.string()), "");
  VFQUAL_TRY(const auto certificate, local.Read(firmware.certificate.string()), "");
  return secure_boot::MakeSigningKey(key, firmware.key.string(), certificate, firmware.certificate.string());
}

// The modules' files become copies, unpacked.
Status MakeModules(Host& local, const secure_boot::SigningKey& key, bool sign, const fs::path& folder, LoadJob& job,
                   SecureBootExpectation& expected) {
  for (auto& module : job.modules) {
    VFQUAL_TRY(auto bytes, secure_boot::ReadModule(local, module.file.string()), "");
    if (sign) {
      VFQUAL_TRY(bytes, secure_boot::SignModule(bytes, key, expected.policy.digest), module.name);
    } else {
      VFQUAL_TRY(const auto split, secure_boot::SplitSignature(bytes), module.name);
      bytes = std::string(split.payload);
    }
    const auto name = module.file.filename().string();
    module.file = folder / name.substr(0, name.find(".ko") + 3);
    VFQUAL_CHECK(local.WriteFile(module.file.string(), bytes, 0644), "");
    expected.modules[module.name] = std::move(bytes);
  }
  return {};
}

}  // namespace

Status MakeSecure(LoadContext& context, const KernelTree& tree, const KernelImage& image,
                  const SecureMachineOptions& options, const fs::path& scratch, LoadJob& job) {
  const EnrolOptions enrol{options.cache, context.init, context.accelerator, context.cancelled, options.print};
  VFQUAL_TRY(const auto firmware, EnsureEnrolledFirmware(context.local, image, enrol), "Secure Boot");
  VFQUAL_TRY(const auto key, KeyOf(context.local, firmware), "");
  SecureBootExpectation expected;
  const auto id = tree.distribution.substr(0, tree.distribution.find(' '));
  expected.policy = secure_boot::ParseKernelPolicy(tree.release, tree.config, fmt::format("ID={}\n", id));
  expected.certificate = key.certificate;
  VFQUAL_CHECK(MakeModules(context.local, key, options.sign_modules, scratch / "modules", job, expected), "");
  const auto kernel = scratch / "vmlinuz.signed";
  VFQUAL_CHECK(SignKernel(context.local, firmware, image.kernel.vmlinuz, kernel), "signing the kernel");
  FirmwareFiles files{firmware.files.code, scratch / "variables.fd"};
  std::error_code error;
  fs::copy_file(firmware.files.variables, files.variables, error);
  if (error) return FailErrno("copy " + firmware.files.variables.string(), error.value());
  context.kernel = kernel;
  context.firmware = files;
  context.secure_boot = std::move(expected);
  return {};
}

}  // namespace vfqual
