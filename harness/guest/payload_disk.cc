#include "harness/guest/payload_disk.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <set>
#include <string_view>

#include "harness/base/ext4_image.h"

namespace vfqual {

namespace {

// Any fixed values do: they only make the same files give the same bytes.
constexpr const char* kUuid = "76667175-616c-4000-8000-7061796c6f61";
constexpr const char* kEpoch_s = "1767225600";  // 2026-01-01

// Superblock, group descriptors and bitmaps of a small file system, with room to spare.
constexpr std::uint64_t kBaseBlocks = 256;
constexpr std::uint64_t kInodeSlack = 64;
constexpr std::size_t kMaxNameBytes = 200;

// The names go into a script for debugfs, so they are kept to what needs no quoting.
Status CheckName(const std::string& name) {
  constexpr std::string_view kAllowed = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._+-/";
  const bool plain =
      !name.empty() && name.size() <= kMaxNameBytes && name.find_first_not_of(kAllowed) == std::string::npos;
  const std::string framed = "/" + name + "/";
  if (!plain || framed.find("//") != std::string::npos || framed.find("/./") != std::string::npos ||
      framed.find("/../") != std::string::npos) {
    return FailInput(fmt::format("payload: '{}' is not a name for a file on the payload disk", name),
                     "use a relative path of letters, digits and . _ + -");
  }
  return {};
}

// "a/b/c" has the folders "a" and "a/b".
std::set<std::string> FoldersOf(const std::vector<PayloadFile>& files) {
  std::set<std::string> folders;
  for (const auto& file : files) {
    for (auto slash = file.name.find('/'); slash != std::string::npos; slash = file.name.find('/', slash + 1)) {
      folders.insert(file.name.substr(0, slash));
    }
  }
  return folders;
}

Result<std::string> RunChecked(Host& host, Command command, const std::string& doing) {
  VFQUAL_TRY(Completed completed, host.Run(command), doing);
  if (!completed.Ok()) {
    return Fail(fmt::format("{}: {}: {}", doing, command.argv.front(), completed.Describe()));
  }
  return std::move(completed.out);
}

Result<std::uint64_t> BlocksFor(Host& host, const std::vector<PayloadFile>& files) {
  Command stat;
  stat.argv = {"stat", "--dereference", "--format=%s", "--"};
  for (const auto& file : files) stat.argv.push_back(file.source);
  VFQUAL_TRY(const std::string sizes, RunChecked(host, stat, "measure the payload"), "");
  std::uint64_t blocks = 0;
  for (std::string_view rest = sizes; !rest.empty();) {
    const std::size_t end = std::min(rest.find('\n'), rest.size());
    std::uint64_t size_bytes = 0;
    if (std::from_chars(rest.data(), rest.data() + end, size_bytes).ptr != rest.data() + end) {
      return Fail("measure the payload: stat printed no number");
    }
    blocks += size_bytes / kExt4BlockBytes + 1;
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
  return blocks;
}

// The folder that mke2fs copies into the image; gone at the end.
class Staging {
 public:
  Staging(Host& host, std::string path) : host_(host), path_(std::move(path)) {}
  Staging(const Staging&) = delete;
  Staging& operator=(const Staging&) = delete;
  ~Staging() {
    Command remove;
    remove.argv = {"rm", "-rf", "--", path_};
    static_cast<void>(host_.Run(remove));
  }

  Status Fill(const std::vector<PayloadFile>& files, const std::set<std::string>& folders) {
    Command make;
    make.argv = {"install", "-d", "-m", "0755", "--", path_};
    for (const auto& folder : folders) make.argv.push_back(path_ + "/" + folder);
    VFQUAL_CHECK(RunChecked(host_, make, "stage the payload"), "");
    for (const auto& file : files) {
      Command copy;
      copy.argv = {"cp", "--reflink=auto", "--preserve=mode",      "--dereference", "--no-target-directory",
                   "--", file.source,      path_ + "/" + file.name};
      VFQUAL_CHECK(RunChecked(host_, copy, "stage the payload"), "");
    }
    return {};
  }

 private:
  Host& host_;
  std::string path_;
};

Command WithFixedTime(std::vector<std::string> argv) {
  Command command;
  command.argv = std::move(argv);
  command.environment = {{"E2FSPROGS_FAKE_TIME", kEpoch_s}, {"SOURCE_DATE_EPOCH", kEpoch_s}};
  return command;
}

// mke2fs -d copies each file's ctime and atime, which nothing can set on the staged file.
Status FixTimes(Host& host, const std::string& image, const std::vector<PayloadFile>& files,
                const std::set<std::string>& folders) {
  std::string script;
  const auto fix = [&](const std::string& name) {
    for (const char* field : {"atime", "ctime", "mtime"}) {
      script += fmt::format("set_inode_field /{} {} @{}\n", name, field, kEpoch_s);
    }
  };
  fix("");
  fix("lost+found");
  for (const auto& folder : folders) fix(folder);
  for (const auto& file : files) fix(file.name);
  Command command = WithFixedTime({"debugfs", "-w", "-f", "-", image});
  command.stdin_data = std::move(script);
  VFQUAL_CHECK(RunChecked(host, command, "make the payload disk"), "");
  return {};
}

}  // namespace

Status MakePayloadDisk(Host& host, const std::vector<PayloadFile>& files, const std::string& image_path) {
  if (files.empty()) return FailInput("payload: no files");
  std::set<std::string> names;
  for (const auto& file : files) {
    VFQUAL_CHECK(CheckName(file.name), "");
    if (!names.insert(file.name).second) return FailInput(fmt::format("payload: {} is there twice", file.name));
  }
  const auto folders = FoldersOf(files);
  VFQUAL_TRY(const std::uint64_t data_blocks, BlocksFor(host, files), "");
  const std::uint64_t inodes = files.size() + folders.size() + kInodeSlack;
  // 256 bytes an inode, a block a folder, and 2 % for extents and directory blocks.
  const std::uint64_t blocks =
      data_blocks + data_blocks / 50 + inodes / (kExt4BlockBytes / 256) + folders.size() + kBaseBlocks;

  Staging staging(host, image_path + ".staging");
  VFQUAL_CHECK(staging.Fill(files, folders), "");
  const std::string unfinished = image_path + ".unfinished";
  VFQUAL_CHECK(host.Remove(unfinished), "make the payload disk");
  Command make = WithFixedTime(Mke2fsArgv({.folder = image_path + ".staging",
                                           .file = unfinished,
                                           .blocks = blocks,
                                           .inodes = inodes,
                                           .extended_options = fmt::format(",hash_seed={}", kUuid),
                                           .arguments = {"-L", kPayloadLabel, "-U", kUuid}}));
  VFQUAL_CHECK(RunChecked(host, make, "make the payload disk"), "");
  VFQUAL_CHECK(FixTimes(host, unfinished, files, folders), "");
  Command mode;
  mode.argv = {"chmod", "0644", "--", unfinished};
  VFQUAL_CHECK(RunChecked(host, mode, "make the payload disk"), "");
  Command finish;
  finish.argv = {"mv", "-f", "--no-target-directory", "--", unfinished, image_path};
  VFQUAL_CHECK(RunChecked(host, finish, "make the payload disk"), "");
  return {};
}

}  // namespace vfqual
