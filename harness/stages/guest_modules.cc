#include "harness/stages/guest_modules.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

#include "module/loaded_module.h"

namespace vfqual {

namespace {

// "i915" of "i915.ko.xz"; kernels spell modules with '_' in dependencies.
std::string ModuleName(const std::string& file) {
  std::string name = file.substr(0, file.find(".ko"));
  std::replace(name.begin(), name.end(), '-', '_');
  return name;
}

class Walk {
 public:
  Walk(Host& host, std::map<std::string, std::string> built) : host_(host), built_(std::move(built)) {}

  Status Visit(const std::string& name) {
    if (!visited_.insert(name).second) return {};
    const auto file = built_.find(name);
    if (file == built_.end()) {
      found_.stock.push_back(name);
      return {};
    }
    VFQUAL_TRY(const auto needed, ModuleDependencies(host_, file->second), "");
    for (const auto& dependency : needed) VFQUAL_CHECK(Visit(ModuleName(dependency)), "");
    found_.files.push_back(file->second);
    return {};
  }

  GuestModules Take() { return std::move(found_); }

 private:
  Host& host_;
  std::map<std::string, std::string> built_;  // name → path
  std::set<std::string> visited_;
  GuestModules found_;
};

}  // namespace

Result<GuestModules> FindGuestModules(Host& host, const DkmsModule& module, const std::string& driver,
                                      const std::string& kernel_release) {
  const std::string folder = DkmsModuleFolder(module, kernel_release);
  const auto names = host.List(folder);
  if (!names) {
    return Fail(fmt::format("{} was not built for the guest's kernel {}", module.Id(), kernel_release),
                "let the plan's stages hold build, or give the guest a kernel that the module was built for");
  }
  std::map<std::string, std::string> built;
  for (const auto& name : *names) built[ModuleName(name)] = folder + "/" + name;
  if (!built.contains(driver)) return FailSubject(fmt::format("{} built no {}", module.Id(), driver));
  Walk walk(host, std::move(built));
  VFQUAL_CHECK(walk.Visit(driver), "");
  return walk.Take();
}

}  // namespace vfqual
