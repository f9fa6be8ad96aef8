#include "harness/labtests/stand_in_package.h"

#include <fmt/format.h>

#include <fstream>

#include "harness/base/local_host.h"
#include "harness/base/temporary_folder.h"

namespace vfqual {

namespace {

namespace fs = std::filesystem;

constexpr const char* kControl =
    "Package: lab-gpu-dkms\nVersion: 0.1.0\nArchitecture: all\nMaintainer: vfqual <vfqual@localhost>\nDepends: dkms\n"
    "Description: the lab's stand-in for a GPU driver\n";
constexpr const char* kPostinst =
    "#!/bin/sh\nset -e\n"
    "[ \"$1\" != configure ] || exec /usr/lib/dkms/common.postinst lab-gpu 0.1.0 /usr/share/lab-gpu-dkms \"\" \"$2\"\n";
constexpr const char* kPrerm =
    "#!/bin/sh\nset -e\n"
    "case \"$1\" in remove | upgrade | deconfigure) "
    "[ ! -e /var/lib/dkms/lab-gpu/0.1.0 ] || dkms remove -m lab-gpu -v 0.1.0 --all ;; esac\n";

Status CopyTree(const fs::path& from, const fs::path& to) {
  std::error_code error;
  fs::create_directories(to, error);
  if (!error) fs::copy(from, to, fs::copy_options::recursive, error);
  return error ? FailErrno(to.string(), error.value()) : Status();
}

}  // namespace

Status MakeStandInPackage(const fs::path& sources, const fs::path& deb) {
  VFQUAL_TRY(const auto folder, TemporaryFolder::Make("vfqual-deb"), "");
  const auto root = folder.Path() / "root";
  VFQUAL_CHECK(CopyTree(sources, root / "usr/src/lab-gpu-0.1.0"), "");
  LocalHost local;
  VFQUAL_CHECK(local.WriteFile((root / "DEBIAN/control").string(), kControl, 0644), "");
  VFQUAL_CHECK(local.WriteFile((root / "DEBIAN/postinst").string(), kPostinst, 0755), "");
  VFQUAL_CHECK(local.WriteFile((root / "DEBIAN/prerm").string(), kPrerm, 0755), "");
  Command make;
  make.argv = {"dpkg-deb", "--root-owner-group", "--build", root.string(), deb.string()};
  VFQUAL_TRY(const auto made, local.Run(make), "");
  return made.Ok() ? Status() : Fail(fmt::format("dpkg-deb: {}", made.Describe()));
}

Status MakeBrokenSources(const fs::path& sources, const fs::path& copy) {
  VFQUAL_CHECK(CopyTree(sources, copy), "");
  std::ofstream(copy / "lab_gpu_drv.c", std::ios::app) << kBrokenWord << " x;\n";
  return {};
}

}  // namespace vfqual
