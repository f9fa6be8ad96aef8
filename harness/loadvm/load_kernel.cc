#include "harness/loadvm/load_kernel.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <sstream>
#include <system_error>
#include <utility>

namespace vfqual {

namespace {

namespace fs = std::filesystem;

// Far more than any kernel has.
constexpr std::size_t kMostFiles = 50000;

std::string Underscored(std::string name) {
  std::replace(name.begin(), name.end(), '-', '_');
  return name;
}

// What modinfo prints for one field of many files: a line each where a file has the field.
Result<std::vector<std::string>> Names(Host& local, const char* field, const std::vector<fs::path>& files) {
  Command command;
  command.argv = {"modinfo", "--field", field};
  for (const auto& file : files) command.argv.push_back(file.string());
  VFQUAL_TRY(const auto completed, local.Run(command), "");
  if (!completed.Ok()) return Fail(fmt::format("modinfo: {}", completed.Describe()));
  std::vector<std::string> names;
  std::string text = completed.out;
  std::replace(text.begin(), text.end(), ',', ' ');
  std::istringstream words(text);
  for (std::string word; words >> word;) {
    // "pre: a b post: c" of a softdep.
    if (!word.ends_with(':')) names.push_back(Underscored(word));
  }
  return names;
}

}  // namespace

Result<LoadKernel> FindLoadKernel(const fs::path& root, const std::string& release) {
  LoadKernel tree;
  tree.release = release;
  std::error_code error;
  for (const char* folder : {"usr/lib/modules", "lib/modules"}) {
    const auto modules = root / folder / release;
    if (fs::is_directory(modules / "kernel", error)) tree.modules = modules;
  }
  if (tree.modules.empty()) return Fail(fmt::format("no modules of {} below {}", release, root.string()));
  for (const auto& file : {root / "boot" / ("vmlinuz-" + release), tree.modules / "vmlinuz"}) {
    if (fs::is_regular_file(file, error)) tree.vmlinuz = file;
  }
  if (tree.vmlinuz.empty()) return Fail(fmt::format("no kernel image of {} below {}", release, root.string()));
  return tree;
}

std::string ModuleNameOf(const fs::path& file) {
  const std::string name = file.filename().string();
  for (const char* ending : {".ko", ".ko.xz", ".ko.zst", ".ko.gz"}) {
    const std::string_view view = ending;
    if (name.size() > view.size() && name.ends_with(view)) {
      return Underscored(name.substr(0, name.size() - view.size()));
    }
  }
  return {};
}

Result<ModuleIndex> IndexModules(const LoadKernel& tree) {
  ModuleIndex index;
  std::size_t count = 0;
  std::error_code error;
  fs::recursive_directory_iterator entries(tree.modules, error);
  for (; !error && entries != fs::recursive_directory_iterator(); entries.increment(error)) {
    if (++count > kMostFiles) return Fail(fmt::format("{} has too many files", tree.modules.string()));
    const auto name = ModuleNameOf(entries->path());
    if (name.empty()) continue;
    index[name].push_back(entries->path().lexically_relative(tree.modules));
  }
  if (error) return FailErrno("read " + tree.modules.string(), error.value());
  return index;
}

Result<std::vector<fs::path>> ModuleClosure(Host& local, const LoadKernel& tree, const ModuleIndex& index,
                                            const std::vector<std::string>& wanted) {
  std::set<std::string> known;
  std::vector<fs::path> closure;
  std::vector<std::string> front;
  for (const auto& name : wanted) front.push_back(Underscored(name));
  while (!front.empty()) {
    std::vector<fs::path> files;
    for (const auto& name : front) {
      const auto found = index.find(name);
      if (!known.insert(name).second || found == index.end()) continue;
      for (const auto& file : found->second) {
        closure.push_back(file);
        files.push_back(tree.modules / file);
      }
    }
    front.clear();
    if (files.empty()) break;
    for (const char* field : {"depends", "softdep"}) {
      VFQUAL_TRY(auto names, Names(local, field, files), "looking for what modules depend on");
      front.insert(front.end(), names.begin(), names.end());
    }
  }
  std::sort(closure.begin(), closure.end());
  return closure;
}

}  // namespace vfqual
