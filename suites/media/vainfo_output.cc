#include "suites/media/vainfo_output.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <iterator>

#include "suites/support/unique_fd.h"

namespace vfqual::suites {
namespace {

constexpr std::size_t kMaxOutputBytes = 1U << 20U;

std::string_view Trim(std::string_view text) {
  constexpr std::string_view kSpace = " \t\r";
  const auto begin = text.find_first_not_of(kSpace);
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(kSpace) - begin + 1);
}

std::string ReadAll(int fd) {
  std::string text;
  std::array<char, 4096> part{};
  for (;;) {
    const ssize_t got = read(fd, part.data(), part.size());
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) return text;
    if (text.size() < kMaxOutputBytes) text.append(part.data(), static_cast<std::size_t>(got));
  }
}

std::vector<std::string> OnlyIn(std::vector<std::string> these, std::vector<std::string> those) {
  std::sort(these.begin(), these.end());
  std::sort(those.begin(), those.end());
  std::vector<std::string> only;
  std::set_difference(these.begin(), these.end(), those.begin(), those.end(), std::back_inserter(only));
  return only;
}

}  // namespace

std::vector<std::string> ParseVainfo(std::string_view output) {
  std::vector<std::string> pairs;
  while (!output.empty()) {
    const auto end = std::min(output.find('\n'), output.size());
    const auto line = output.substr(0, end);
    output.remove_prefix(std::min(end + 1, output.size()));
    const auto colon = line.find(':');
    if (colon == std::string_view::npos) continue;
    const auto profile = Trim(line.substr(0, colon));
    const auto entrypoint = Trim(line.substr(colon + 1));
    if (profile.starts_with("VAProfile") && entrypoint.starts_with("VAEntrypoint")) {
      pairs.push_back(fmt::format("{}/{}", profile, entrypoint));
    }
  }
  return pairs;
}

Result<std::string> RunVainfo(const std::filesystem::path& render_node) {
  std::array<int, 2> ends{};
  if (pipe2(ends.data(), O_CLOEXEC) != 0) return Fail(fmt::format("pipe2: {}", std::strerror(errno)));
  const UniqueFd read_end(ends[0]);
  UniqueFd write_end(ends[1]);
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, write_end.Get(), STDOUT_FILENO);
  posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
  std::array<std::string, 5> words = {"vainfo", "--display", "drm", "--device", render_node.string()};
  std::array<char*, 6> argv{};
  std::transform(words.begin(), words.end(), argv.begin(), [](std::string& word) { return word.data(); });
  pid_t child = 0;
  const int error = posix_spawnp(&child, "vainfo", &actions, nullptr, argv.data(), environ);
  posix_spawn_file_actions_destroy(&actions);
  if (error == ENOENT) return Fail(std::string(kVainfoMissing));
  if (error != 0) return Fail(fmt::format("vainfo: {}", std::strerror(error)));
  write_end = UniqueFd(-1);
  auto output = ReadAll(read_end.Get());
  int status = 0;
  while (waitpid(child, &status, 0) < 0 && errno == EINTR) {
  }
  if (!WIFEXITED(status) || WEXITSTATUS(status) != 0) {
    return Fail(WIFSIGNALED(status) ? fmt::format("vainfo crashed (signal {})", WTERMSIG(status))
                                    : fmt::format("vainfo ended with {}", WEXITSTATUS(status)));
  }
  return output;
}

Status CheckSameCapabilities(const std::vector<std::string>& libva, const std::vector<std::string>& vainfo) {
  const auto only_libva = OnlyIn(libva, vainfo);
  const auto only_vainfo = OnlyIn(vainfo, libva);
  if (only_libva.empty() && only_vainfo.empty()) return {};
  return Fail(fmt::format("vainfo lists other capabilities than libva: only libva has [{}], only vainfo has [{}]",
                          fmt::join(only_libva, " "), fmt::join(only_vainfo, " ")));
}

}  // namespace vfqual::suites
