#include "suites/testing/fake_sysfs.h"

#include <unistd.h>

#include <cstdlib>
#include <fstream>
#include <stdexcept>

namespace vfqual::suites {
namespace fs = std::filesystem;

FakeSysfs::FakeSysfs() {
  std::string folder = (fs::temp_directory_path() / "fake_sysfs.XXXXXX").string();
  if (mkdtemp(folder.data()) == nullptr) throw std::runtime_error("mkdtemp " + folder);
  root_ = folder;
}

FakeSysfs::~FakeSysfs() {
  std::error_code error;
  fs::remove_all(root_, error);
}

void FakeSysfs::Write(const fs::path& path, const std::string& text) const {
  fs::create_directories((root_ / path).parent_path());
  std::ofstream(root_ / path) << text;
}

void FakeSysfs::Link(const fs::path& path, const std::string& target) const {
  fs::create_directories((root_ / path).parent_path());
  fs::remove(root_ / path);
  fs::create_symlink(target, root_ / path);
}

void FakeSysfs::Remove(const fs::path& path) const {
  fs::remove_all(root_ / path);
}

void FakeSysfs::AddFunction(const std::string& bdf, const std::string& vendor, const std::string& device,
                            const std::string& class_code) const {
  Write(Function(bdf) / "vendor", "0x" + vendor + "\n");
  Write(Function(bdf) / "device", "0x" + device + "\n");
  Write(Function(bdf) / "class", "0x" + class_code + "\n");
  Write(Function(bdf) / "config", std::string(256, '\0'));
}

void FakeSysfs::Bind(const std::string& bdf, const std::string& driver) const {
  Link(Function(bdf) / "driver", "../../../bus/pci/drivers/" + driver);
}

void FakeSysfs::PutIntoGroup(const std::string& bdf, int group) const {
  const auto folder = Sysfs() / "kernel/iommu_groups" / std::to_string(group);
  Link(folder / "devices" / bdf, Function(bdf).string());
  Link(Function(bdf) / "iommu_group", folder.string());
}

void FakeSysfs::AddGoodHost(int vfs) const {
  const std::string pf = "0000:00:02.0";
  AddFunction(pf, "8086", "5845", "030000");
  Bind(pf, "i915");
  Write(Function(pf) / "sriov_totalvfs", "7\n");
  Write(Function(pf) / "sriov_numvfs", std::to_string(vfs) + "\n");
  Write(Function(pf) / "sriov_vf_device", "5845\n");
  Write(Function(pf) / "drm/renderD128/dev", "226:128\n");
  Write(Function(pf) / "drm/card0/dev", "226:0\n");
  Write(Dev() / "dri/renderD128", "");
  Write(Sysfs() / "class/iommu/dmar0/uevent", "");
  PutIntoGroup(pf, 1);
  for (int number = 1; number <= vfs; ++number) {
    const auto vf = "0000:00:02." + std::to_string(number);
    AddFunction(vf, "8086", "5845", "030000");
    Link(Function(vf) / "physfn", "../" + pf);
    Link(Function(pf) / ("virtfn" + std::to_string(number - 1)), "../" + vf);
    PutIntoGroup(vf, 1 + number);
  }
}

void FakeSysfs::AddGoodGuest() const {
  const std::string gpu = "0000:06:00.0";
  AddFunction("0000:00:01.0", "1234", "1111", "030000");
  AddFunction(gpu, "8086", "5845", "030000");
  Bind(gpu, "i915");
  Write(Function(gpu) / "drm/renderD128/dev", "226:128\n");
  Write(Dev() / "dri/renderD128", "");
  Write(Sysfs() / "module/i915/version", "1.0\n");
}

}  // namespace vfqual::suites
