// SshHost's file operations: each is one tool of the host, run with LC_ALL=C so that its message tells the errno.
#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <filesystem>
#include <sstream>
#include <utility>

#include "harness/base/ssh_host.h"

namespace vfqual {

namespace {

constexpr std::size_t kMaxListBytes = std::size_t{4} << 20U;
constexpr std::size_t kMaxAttributeBytes = std::size_t{1} << 20U;
constexpr std::size_t kMaxKeptBytes = std::size_t{64} << 10U;  // of a stream that is unpacked as it comes
constexpr std::chrono::minutes kCopyTimeout{30};

// $1 is the path, $2 the mode in octal.
constexpr auto kWriteFileScript = R"sh(
set -e
mkdir -p -- "$(dirname -- "$1")"
temporary=$(mktemp -- "$1.XXXXXX")
trap 'rm -f -- "$temporary"' EXIT
cat >"$temporary"
chmod -- "$2" "$temporary"
sync -- "$temporary"
mv -fT -- "$temporary" "$1"
)sh";

std::string BracketedScpAddress(const std::string& address) {
  return address.find(':') == std::string::npos ? address : "[" + address + "]";
}

}  // namespace

Result<std::string> SshHost::ReadFile(const std::string& path, std::size_t max_bytes) {
  return RunTool({"head", "-c", std::to_string(max_bytes), "--", path}, fmt::format("read {}", path), std::nullopt,
                 max_bytes);
}

Status SshHost::WriteAttribute(const std::string& path, std::string_view content) {
  if (content.size() > kMaxAttributeBytes) return FailErrno(fmt::format("write {}", path), E2BIG);
  // One block holds it all, and so makes one write(2).
  VFQUAL_TRY([[maybe_unused]] const std::string out,
             RunTool({"dd", "of=" + path, "conv=notrunc,nocreat", fmt::format("bs={}", kMaxAttributeBytes), "count=1",
                      "iflag=fullblock", "status=none"},
                     fmt::format("write '{}' to {}", content, path), std::string(content), kMaxListBytes),
             "");
  return {};
}

Status SshHost::WriteFile(const std::string& path, std::string_view content, unsigned mode) {
  VFQUAL_TRY([[maybe_unused]] const std::string out,
             RunTool({"sh", "-c", kWriteFileScript, "sh", path, fmt::format("{:o}", mode)},
                     fmt::format("write {}", path), std::string(content), kMaxListBytes),
             "");
  return {};
}

Result<std::vector<std::string>> SshHost::List(const std::string& path) {
  // The slash makes a file an error, and follows a link to a folder.
  VFQUAL_TRY(const std::string out,
             RunTool({"find", path + "/", "-mindepth", "1", "-maxdepth", "1", "-printf", "%f\\0"},
                     fmt::format("list {}", path), std::nullopt, kMaxListBytes),
             "");
  std::vector<std::string> names;
  std::istringstream stream(out);
  for (std::string name; std::getline(stream, name, '\0');) names.push_back(name);
  std::sort(names.begin(), names.end());
  return names;
}

Result<std::string> SshHost::ReadLink(const std::string& path) {
  return RunTool({"readlink", "--no-newline", "--verbose", "--", path}, fmt::format("read link {}", path), std::nullopt,
                 kMaxListBytes);
}

Result<bool> SshHost::Exists(const std::string& path) {
  const auto found =
      RunTool({"stat", "--format=%F", "--", path}, fmt::format("look at {}", path), std::nullopt, kMaxListBytes);
  if (found) return true;
  if (found.error().sys_errno == ENOENT || found.error().sys_errno == ENOTDIR) return false;
  return tl::unexpected<Error>(found.error());
}

Status SshHost::Remove(const std::string& path) {
  VFQUAL_TRY([[maybe_unused]] const std::string out,
             RunTool({"rm", "-d", "-f", "--", path}, fmt::format("remove {}", path), std::nullopt, kMaxListBytes), "");
  return {};
}

Status SshHost::CopyTo(const std::vector<std::filesystem::path>& local, const std::string& remote_folder) {
  const std::string doing = fmt::format("copy to {}", remote_folder);
  VFQUAL_TRY([[maybe_unused]] const std::string out,
             RunTool({"mkdir", "-p", "--", remote_folder}, doing, std::nullopt, kMaxListBytes), "");
  Command copy;
  copy.argv = SharedClientArgv("scp");
  copy.argv.insert(copy.argv.end(), {"-q", "-r", "-p", "--"});
  // An absolute path is not taken for HOST:FILE, whatever colons it has.
  for (const auto& path : local) copy.argv.push_back(std::filesystem::absolute(path).string());
  copy.argv.push_back(fmt::format("{}:{}/", BracketedScpAddress(target_.address), remote_folder));
  copy.timeout = kCopyTimeout;
  VFQUAL_TRY(const auto copied, RunProcess(copy), doing);
  if (!copied.Ok()) return Fail(fmt::format("{} on {}: {}", doing, Name(), copied.Describe()));
  return {};
}

Result<std::vector<std::string>> SshHost::CopyFrom(const std::string& remote_folder,
                                                   const std::filesystem::path& local_folder,
                                                   const FetchLimits& limits) {
  const std::string doing = fmt::format("fetch {}", remote_folder);
  std::error_code error;
  std::filesystem::create_directories(local_folder, error);
  if (error) return FailErrno(fmt::format("make folder {}", local_folder.string()), error.value());
  TarReader reader(local_folder, limits);
  Command fetch;
  fetch.argv = {"tar", "--create", "--format=ustar", "--hard-dereference", "--directory=" + remote_folder, "."};
  fetch.environment = {{"LC_ALL", "C"}};
  fetch.timeout = kCopyTimeout;
  fetch.max_output_bytes = kMaxKeptBytes;
  fetch.on_stdout = [&reader](std::string_view bytes) { static_cast<void>(reader.Feed(bytes)); };
  fetch.cancelled = [&reader] { return reader.Failed(); };
  VFQUAL_TRY(const auto fetched, Run(fetch), doing);
  const auto unpacked = reader.Finish();
  // tar's exit code 1: a file grew while it was read, which a journal may.
  if (!fetched.cancelled && fetched.exit_code > 1)
    return Fail(fmt::format("{} from {}: {}", doing, Name(), fetched.Describe()));
  VFQUAL_CHECK(unpacked, fmt::format("{} from {}", doing, Name()));
  return reader.LeftOut();
}

}  // namespace vfqual
