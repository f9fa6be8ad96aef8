// A /sys and a /dev of files and links in a temporary folder, for the unit tests.
#pragma once

#include <filesystem>
#include <string>

namespace vfqual::suites {

class FakeSysfs {
 public:
  FakeSysfs();
  ~FakeSysfs();
  FakeSysfs(const FakeSysfs&) = delete;
  FakeSysfs& operator=(const FakeSysfs&) = delete;

  std::filesystem::path Sysfs() const { return root_ / "sys"; }
  std::filesystem::path Dev() const { return root_ / "dev"; }
  std::filesystem::path Function(const std::string& bdf) const { return Sysfs() / "bus/pci/devices" / bdf; }

  // Paths are relative to the folder that holds sys and dev, and may be absolute inside it. Folders are made as needed.
  void Write(const std::filesystem::path& path, const std::string& text) const;
  void Link(const std::filesystem::path& path, const std::string& target) const;
  void Remove(const std::filesystem::path& path) const;

  // A function with vendor, device, class and a configuration space without extended capabilities.
  void AddFunction(const std::string& bdf, const std::string& vendor, const std::string& device,
                   const std::string& class_code) const;
  void Bind(const std::string& bdf, const std::string& driver) const;
  void PutIntoGroup(const std::string& bdf, int group) const;

  // The host as it should be: the PF 0000:00:02.0 (i915, renderD128, 7 VFs possible) with `vfs` VFs at .1, .2, … and
  // every function in an IOMMU group of its own.
  void AddGoodHost(int vfs) const;
  // The guest as it should be: the VF 0000:06:00.0, bound to i915, with renderD128.
  void AddGoodGuest() const;

 private:
  std::filesystem::path root_;
};

}  // namespace vfqual::suites
