#include "module/install/initramfs_refresh.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "module/install/initramfs_copy.h"

namespace vfqual {

namespace {

constexpr std::chrono::minutes kRefreshTimeout{45};
constexpr const char* kWhat = "make the initramfs anew";

}  // namespace

bool AddRefresh(Host& host, const std::vector<std::string>& modules, const std::string& release,
                RefreshCommands& commands) {
  const bool held = std::ranges::any_of(
      modules, [&](const std::string& module) { return FindInitramfsCopy(host, module, release).MayHoldIt(); });
  if (!held) return true;
  auto argv = RefreshInitramfsArgv(host, release);
  if (argv.empty()) return false;
  if (std::ranges::find(commands, argv) == commands.end()) commands.push_back(std::move(argv));
  return true;
}

Status AnnounceRefresh(ChangeLog& changes, const RefreshCommands& commands) {
  if (changes.IsDryRun()) return {};  // it is printed where it is run
  for (const auto& argv : commands) {
    VFQUAL_CHECK(changes.Announce(kWhat, argv.back(), Undo::RunCommand(argv, true)).map([](int) {}), "");
  }
  return {};
}

Status RunRefresh(ChangeLog& changes, const RefreshCommands& commands,
                  const std::function<void(const std::string&)>& print) {
  for (const auto& argv : commands) {
    if (!changes.IsDryRun()) print(fmt::format("{}: {}", kWhat, fmt::join(argv, " ")));
    Command command;
    command.argv = argv;
    command.timeout = kRefreshTimeout;
    command.max_output_bytes = std::size_t{8} << 20U;
    command.environment = {{"LC_ALL", "C"}};
    VFQUAL_TRY(const auto completed, changes.Run(kWhat, command, Undo::Nothing()), kWhat);
    if (!completed.Ok()) return FailSubject(fmt::format("{}: {}", kWhat, completed.Describe()));
  }
  return {};
}

}  // namespace vfqual
