#include "harness/base/ssh_quote.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <cstring>

namespace vfqual {

namespace {

constexpr int kLargestErrno = 133;  // EHWPOISON

bool IsVariableName(std::string_view name) {
  if (name.empty() || std::isdigit(static_cast<unsigned char>(name.front())) != 0) return false;
  return std::all_of(name.begin(), name.end(),
                     [](unsigned char letter) { return std::isalnum(letter) != 0 || letter == '_'; });
}

double Seconds(std::chrono::milliseconds duration) {
  return std::chrono::duration<double>(duration).count();
}

}  // namespace

std::string QuoteForShell(std::string_view word) {
  constexpr std::string_view kPlain = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-+=./:,@%";
  // "=cmd" at the start is expanded by zsh.
  const bool plain = !word.empty() && word.front() != '=' && word.find_first_not_of(kPlain) == std::string_view::npos;
  if (plain) return std::string(word);
  std::string quoted = "'";
  for (const char letter : word) {
    if (letter == '\'') {
      quoted += "'\\''";
    } else {
      quoted += letter;
    }
  }
  return quoted + "'";
}

std::string QuoteAllForShell(const std::vector<std::string>& words) {
  std::string line;
  for (const auto& word : words) line += (line.empty() ? "" : " ") + QuoteForShell(word);
  return line;
}

Result<std::string> RemoteCommandLine(const Command& command, std::string_view token) {
  if (command.argv.empty() || command.argv.front().empty()) return FailInput("no program to run");
  std::vector<std::string> words = {"env"};
  if (command.working_directory) words.push_back("--chdir=" + command.working_directory->string());
  words.push_back(fmt::format("VFQUAL_COMMAND={}", token));
  for (const auto& [name, value] : command.environment) {
    if (!IsVariableName(name)) return FailInput(fmt::format("'{}' is no name of an environment variable", name));
    words.push_back(name + "=" + value);
  }
  words.insert(words.end(), {"timeout", fmt::format("--kill-after={:.3f}", Seconds(command.stop_grace)),
                             fmt::format("{:.3f}", std::max(0.001, Seconds(command.timeout)))});
  words.insert(words.end(), command.argv.begin(), command.argv.end());
  for (const auto& word : words) {
    if (word.find('\0') != std::string::npos) return FailInput("an argument holds a NUL byte");
  }
  // The shell stays, so that a program ended by a signal shows as 128 + its number: sshd would report the signal in a
  // message that the OpenSSH client folds into 255.
  return QuoteAllForShell(words) + "; exit $?";
}

std::vector<std::string> EndRemoteArgv(std::string_view token) {
  constexpr auto kScript =
      "pids=$(grep -slzxF -e \"VFQUAL_COMMAND=$1\" /proc/[0-9]*/environ | cut -d/ -f3); "
      "[ -z \"$pids\" ] || kill -TERM $pids";
  return {"sh", "-c", kScript, "sh", std::string(token)};
}

int ErrnoFromToolMessage(std::string_view stderr_text) {
  const auto end = stderr_text.find_last_not_of(" \t\r\n");
  if (end == std::string_view::npos) return 0;
  stderr_text = stderr_text.substr(0, end + 1);
  for (int code = 1; code <= kLargestErrno; ++code) {
    const char* text = strerrordesc_np(code);
    if (text != nullptr && stderr_text.ends_with(fmt::format(": {}", text))) return code;
  }
  return 0;
}

}  // namespace vfqual
