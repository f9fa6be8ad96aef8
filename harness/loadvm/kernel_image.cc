#include "harness/loadvm/kernel_image.h"

#include <fmt/format.h>

#include <array>
#include <system_error>

#include "harness/base/file_lock.h"
#include "harness/base/process.h"
#include "module/build/private_apt.h"
#include "vmimages/boot_kernel.h"

namespace vfqual {

namespace {

namespace fs = std::filesystem;

constexpr auto kListsAge = std::chrono::hours(24);
constexpr std::chrono::minutes kUnpackTimeout{5};
// Until 6.x all of a kernel is in the first; from 7.x on it brings the others in.
constexpr std::array kPackages = {"linux-image-", "linux-binary-", "linux-modules-", "linux-base-"};

Result<KernelImage> ImageBelow(const fs::path& root, const std::string& release, const fs::path& vmlinux) {
  KernelImage image;
  VFQUAL_TRY(image.kernel, FindLoadKernel(root, release), "");
  image.vmlinux = vmlinux;
  std::error_code error;
  if (!fs::exists(vmlinux, error)) return Fail(fmt::format("no {}", vmlinux.string()));
  return image;
}

Status Unpack(const PrivateApt& apt, const std::string& release, const fs::path& work) {
  for (const auto* prefix : kPackages) {
    const auto name = prefix + release;
    auto package = apt.Show(name);
    if (!package && prefix == kPackages.front()) return tl::unexpected<Error>(package.error());
    if (!package) continue;
    VFQUAL_TRY(const auto deb, apt.Download(*package, work / "debs"), "");
    Command command;
    command.argv = {"dpkg-deb", "--extract", deb.string(), work.string()};
    command.timeout = kUnpackTimeout;
    VFQUAL_TRY(const auto completed, RunProcess(command), "");
    if (!completed.Ok())
      return Fail(fmt::format("dpkg-deb --extract {}: {}", name, completed.Describe()), "free some space");
  }
  std::error_code error;
  fs::remove_all(work / "debs", error);
  return {};
}

Status Fill(const PrivateApt& apt, const std::string& release, const fs::path& work) {
  std::error_code error;
  fs::remove_all(work, error);
  fs::create_directories(work, error);
  if (error) return FailErrno("make folder " + work.string(), error.value());
  VFQUAL_CHECK(Unpack(apt, release, work), "");
  VFQUAL_TRY(const auto kernel, FindLoadKernel(work, release), "");
  return UnpackKernel(kernel.vmlinuz, work / "vmlinux");
}

}  // namespace

Result<KernelImage> EnsureKernelImage(const KernelTree& headers, const KernelOptions& options) {
  const auto store = options.cache / "kernel-images";
  const auto folder = store / headers.release;
  std::error_code error;
  fs::create_directories(folder.parent_path(), error);
  if (error) return FailErrno("make folder " + store.string(), error.value());
  VFQUAL_TRY(const auto lock,
             FileLock::Take(
                 folder.string() + ".lock", [] {}, options.cancelled),
             "");
  if (headers.suite.empty()) {
    // Installed here, or given as a folder: only this machine can have its image.
    VFQUAL_TRY(const auto kernel, FindLoadKernel("/", headers.release), "a kernel that is not of an archive");
    const auto vmlinux = folder.string() + ".vmlinux";
    if (!fs::exists(vmlinux, error)) VFQUAL_CHECK(UnpackKernel(kernel.vmlinuz, vmlinux), "");
    return KernelImage{kernel, vmlinux};
  }
  if (auto known = ImageBelow(folder, headers.release, folder / "vmlinux")) return known;
  VFQUAL_TRY(
      const auto apt,
      PrivateApt::Open(options.cache, SourcesOfSuite(options.archives, headers.suite), kListsAge, options.cancelled),
      "");
  const fs::path work = folder.string() + ".work";
  if (auto filled = Fill(apt, headers.release, work); !filled) {
    fs::remove_all(work, error);
    return AddContext(std::move(filled).error(), "getting the kernel " + headers.release);
  }
  fs::remove_all(folder, error);
  fs::rename(work, folder, error);
  if (error) return FailErrno("rename " + work.string(), error.value());
  return ImageBelow(folder, headers.release, folder / "vmlinux");
}

}  // namespace vfqual
