#include "module/build/sandbox.h"

#include <fmt/format.h>

#include <algorithm>

namespace vfqual {

namespace {

namespace fs = std::filesystem;

constexpr const char* kInside = "/tmp/vfqual";

void Add(std::vector<std::string>& argv, std::initializer_list<std::string> words) {
  argv.insert(argv.end(), words);
}

// Sorted, so that the call is the same each time.
std::vector<fs::path> Entries(const fs::path& folder, const std::string& prefix) {
  std::vector<fs::path> entries;
  std::error_code error;
  for (const auto& entry : fs::directory_iterator(folder, error)) {
    if (entry.path().filename().string().starts_with(prefix)) entries.push_back(entry.path());
  }
  std::sort(entries.begin(), entries.end());
  return entries;
}

void BindHeaders(const KernelTree& kernel, std::vector<std::string>& argv) {
  if (!kernel.folder.empty()) {
    Add(argv, {"--tmpfs", "/usr/lib/modules", "--symlink", kernel.folder.string(),
               fmt::format("/usr/lib/modules/{}/build", kernel.release)});
    return;
  }
  if (kernel.root.empty()) return;  // this machine's own
  Add(argv, {"--tmpfs", "/usr/src"});
  for (const auto& entry : Entries(kernel.root / "usr/src", "")) {
    Add(argv, {"--ro-bind", entry.string(), "/usr/src/" + entry.filename().string()});
  }
  for (const auto& entry : Entries(kernel.root / "usr/lib", "linux-kbuild-")) {
    Add(argv, {"--ro-bind", entry.string(), "/usr/lib/" + entry.filename().string()});
  }
  Add(argv, {"--tmpfs", "/usr/lib/modules", "--ro-bind", (kernel.root / "usr/lib/modules" / kernel.release).string(),
             "/usr/lib/modules/" + kernel.release});
}

}  // namespace

std::string SandboxBuildFolder(const std::string& name, const std::string& version) {
  return fmt::format("{}/work/tree/{}/{}/build", kInside, name, version);
}

std::vector<std::string> SandboxedDkmsBuild(const KernelTree& kernel, const SandboxPlaces& places,
                                            const std::string& name, const std::string& version, unsigned jobs) {
  const std::string inside = kInside;
  std::vector<std::string> argv{"bwrap"};
  Add(argv, {"--unshare-user", "--uid", "0", "--gid", "0", "--unshare-ipc", "--unshare-pid", "--unshare-net",
             "--unshare-uts", "--unshare-cgroup-try", "--die-with-parent", "--new-session", "--clearenv"});
  Add(argv, {"--ro-bind", places.root.string(), "/", "--dev", "/dev", "--proc", "/proc", "--tmpfs", "/tmp"});
  BindHeaders(kernel, argv);
  Add(argv, {"--bind", places.work.string(), inside + "/work"});
  Add(argv, {"--ro-bind", places.source.string(), fmt::format("{}/src/{}-{}", inside, name, version)});
  Add(argv, {"--setenv", "LC_ALL", "C", "--setenv", "HOME", "/tmp", "--setenv", "TMPDIR", inside + "/work"});
  std::string path = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
  if (!places.ccache.empty()) {
    Add(argv, {"--bind", places.ccache.string(), inside + "/ccache", "--setenv", "CCACHE_DIR", inside + "/ccache"});
    path = "/usr/lib/ccache:" + path;
  }
  Add(argv, {"--setenv", "PATH", path, "--chdir", "/tmp", "--"});
  // bwrap does not wait for what it starts in a way that its memory could be asked of it.
  std::error_code error;
  if (fs::exists(places.root / "usr/bin/time", error)) {
    Add(argv, {"/usr/bin/time", "--quiet", "-f", "%M", "-o", fmt::format("{}/work/{}", inside, kPeakMemoryFile)});
  }
  Add(argv, {"dkms", "--dkmstree", inside + "/work/tree", "--sourcetree", inside + "/src", "build", "-m", name, "-v",
             version, "-k", kernel.release, "-a", "x86_64", "-j", std::to_string(jobs)});
  return argv;
}

}  // namespace vfqual
