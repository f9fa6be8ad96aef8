#include "harness/loadvm/load_initramfs.h"

#include <fmt/format.h>

#include <algorithm>
#include <sstream>
#include <system_error>

namespace vfqual {

namespace {

namespace fs = std::filesystem;

Status Copy(const fs::path& from, const fs::path& to) {
  std::error_code error;
  fs::create_directories(to.parent_path(), error);
  fs::copy_file(from, to, fs::copy_options::overwrite_existing, error);
  return error ? FailErrno(fmt::format("copy {}", from.string()), error.value()) : Status();
}

Result<fs::path> FindKmod() {
  std::error_code error;
  for (const char* file : {"/usr/bin/kmod", "/bin/kmod", "/usr/sbin/kmod", "/sbin/modprobe", "/usr/sbin/modprobe"}) {
    const auto real = fs::canonical(file, error);
    if (!error) return real;
  }
  return Fail("there is no kmod on this machine", "install the package kmod");
}

Status PutKmod(Host& local, const fs::path& stage) {
  VFQUAL_TRY(const auto kmod, FindKmod(), "");
  // kmod does what the name says that it was called by.
  VFQUAL_CHECK(Copy(kmod, stage / "bin/modprobe"), "");
  Command ldd;
  ldd.argv = {"ldd", kmod.string()};
  VFQUAL_TRY(const auto completed, local.Run(ldd), "looking for kmod's libraries");
  // One that is linked statically has none, and ldd tells that as an error.
  for (const auto& library : LibrariesOfLdd(completed.out)) {
    VFQUAL_CHECK(Copy(library, stage / fs::path(library).relative_path()), "");
  }
  return {};
}

std::string FileList(const fs::path& stage) {
  std::vector<std::string> names;
  std::error_code error;
  for (const auto& entry : fs::recursive_directory_iterator(stage, error)) {
    names.push_back(entry.path().lexically_relative(stage).string());
  }
  std::sort(names.begin(), names.end());
  std::string list;
  for (const auto& name : names) list += name + "\n";
  return list;
}

}  // namespace

std::vector<std::string> LibrariesOfLdd(std::string_view output) {
  std::vector<std::string> libraries;
  std::istringstream lines{std::string(output)};
  for (std::string line; std::getline(lines, line);) {
    // "	libz.so.1 => /lib/libz.so.1 (0x…)", "	/lib64/ld-linux-x86-64.so.2 (0x…)"
    std::istringstream words(line);
    for (std::string word; words >> word;) {
      if (word.front() == '/') libraries.push_back(word);
    }
  }
  return libraries;
}

Status MakeLoadInitramfs(Host& local, const LoadJob& job, const fs::path& init, const fs::path& stage,
                         const fs::path& file) {
  std::error_code error;
  for (const char* folder : {"dev", "proc", "sys"}) fs::create_directories(stage / folder, error);
  if (error) return FailErrno("make folder in " + stage.string(), error.value());
  VFQUAL_CHECK(Copy(init, stage / "init"), "the load machine's init");
  VFQUAL_CHECK(PutKmod(local, stage), "");
  VFQUAL_CHECK(local.WriteFile((stage / "job.json").string(), LoadJobJson(job), 0644), "");
  Command cpio;
  cpio.argv = {"cpio", "--quiet", "--create", "--format=newc", "--owner=0:0", "--file", file.string()};
  cpio.working_directory = stage;
  cpio.stdin_data = FileList(stage);
  VFQUAL_TRY(const auto completed, local.Run(cpio), "making the initramfs");
  return completed.Ok() ? Status() : Fail(fmt::format("making the initramfs: cpio: {}", completed.Describe()));
}

}  // namespace vfqual
