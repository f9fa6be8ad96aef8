#include "module/host_config/command_line_files.h"

#include <fmt/format.h>

#include <array>

#include "module/host_config/config_text.h"
#include "module/host_config/kernel_command_line.h"

namespace vfqual::host_config {

namespace {

constexpr std::array kEntryFolders = {"/boot/loader/entries", "/efi/loader/entries", "/boot/efi/loader/entries"};

struct OneLine {
  std::vector<Line> lines;
  std::size_t index = 0;
};

Result<OneLine> ReadOneLine(ConfigFiles& files) {
  VFQUAL_TRY(const auto text, files.Read(kKernelCmdline), "");
  if (!text) {
    return FailInput(fmt::format("{} is not there", kKernelCmdline),
                     "write the kernel's command line into it first (root=… and what else /proc/cmdline shows of it)");
  }
  OneLine found{SplitLines(*text), 0};
  int count = 0;
  for (std::size_t index = 0; index < found.lines.size(); ++index) {
    const auto& line = found.lines[index].text;
    const auto start = line.find_first_not_of(" \t");
    if (start == std::string::npos) continue;
    if (line[start] == '#') {
      return FailInput(fmt::format("{}:{}: a comment; not every tool that reads this file knows comments",
                                   kKernelCmdline, index + 1),
                       "take it out");
    }
    found.index = index;
    if (++count > 1) {
      return FailInput(fmt::format("{}:{}: a second line; the parameters belong into one", kKernelCmdline, index + 1),
                       "join the lines");
    }
  }
  if (count == 0) return FailInput(fmt::format("{} is empty", kKernelCmdline), "write root=… into it first");
  return found;
}

bool IsOptions(const std::string& text) {
  return text.starts_with("options") && (text.size() == 7 || text[7] == ' ' || text[7] == '\t');
}

}  // namespace

Status ConfigureKernelCmdline(ConfigFiles& files, const ConfigRequest& request, Method method) {
  VFQUAL_TRY(auto found, ReadOneLine(files), "");
  auto& text = found.lines[found.index].text;
  VFQUAL_TRY(auto merged, MergeKernelParameters(text, request, method, kKernelCmdline), "");
  if (merged == text) return {};
  text = std::move(merged);
  return files.Set(kKernelCmdline, JoinLines(found.lines));
}

Result<std::string> KernelCmdline(ConfigFiles& files) {
  VFQUAL_TRY(const auto found, ReadOneLine(files), "");
  return found.lines[found.index].text;
}

Result<std::vector<std::string>> HandWrittenEntries(ConfigFiles& files) {
  std::vector<std::string> entries;
  for (const char* folder : kEntryFolders) {
    VFQUAL_TRY(const auto names, files.List(folder, ".conf"), "");
    for (const auto& name : names) {
      const std::string path = fmt::format("{}/{}", folder, name);
      VFQUAL_TRY(const auto text, files.Read(path), "");
      // kernel-install's 90-loaderentry.install says that it wrote an entry.
      if (!text || text->find("kernel-install") != std::string::npos ||
          text->find("/kernel/install.d/") != std::string::npos) {
        continue;
      }
      const bool boots_linux = text->starts_with("linux") || text->find("\nlinux") != std::string::npos;
      const bool spare = name.find("fallback") != std::string::npos || name.find("rescue") != std::string::npos;
      if (boots_linux && !spare) entries.push_back(path);
    }
    if (!entries.empty()) break;  // the folders are often one and the same
  }
  return entries;
}

Status ConfigureEntries(ConfigFiles& files, const std::vector<std::string>& entries, const ConfigRequest& request,
                        Method method) {
  for (const auto& path : entries) {
    VFQUAL_TRY(const auto text, files.Read(path), "");
    auto lines = SplitLines(text.value_or(""));
    Line* options = nullptr;
    for (auto& line : lines) {
      if (!IsOptions(line.text)) continue;
      if (options != nullptr) return FailInput(fmt::format("{}: several options lines", path), "join them into one");
      options = &line;
    }
    if (options == nullptr) return FailInput(fmt::format("{}: no options line", path), "add one, with root=…");
    const std::string key = "options";
    VFQUAL_TRY(const auto merged, MergeKernelParameters(options->text.substr(key.size()), request, method, path), "");
    if (key + merged == options->text) continue;
    options->text = key + merged;
    VFQUAL_CHECK(files.Set(path, JoinLines(lines)), "");
  }
  return {};
}

}  // namespace vfqual::host_config
