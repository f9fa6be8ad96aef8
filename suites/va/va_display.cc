#include "suites/va/va_display.h"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <va/va_drm.h>
#include <va/va_str.h>

#include <algorithm>

#include "suites/drm/render_node.h"

namespace vfqual::suites {
namespace fs = std::filesystem;
namespace {

void Collect(void* messages, const char* message) {
  std::string line(message);
  while (line.ends_with('\n')) line.pop_back();
  static_cast<std::vector<std::string>*>(messages)->push_back(std::move(line));
}

bool NoneExists(const std::vector<std::string>& paths) {
  std::error_code absent;
  return std::none_of(paths.begin(), paths.end(), [&](const std::string& path) { return fs::exists(path, absent); });
}

}  // namespace

std::string VaCallFailed(std::string_view call, VAStatus status) {
  return fmt::format("{}: {}", call, vaStatusStr(status));
}

std::vector<std::string> TriedDrivers(const std::vector<std::string>& messages) {
  // va_openDriver in libva's va/va.c says this before each dlopen.
  constexpr std::string_view kTrying = "Trying to open ";
  std::vector<std::string> tried;
  for (const auto& message : messages) {
    if (message.starts_with(kTrying)) tried.push_back(message.substr(kTrying.size()));
  }
  return tried;
}

std::string SearchPath(const std::vector<std::string>& tried) {
  std::vector<std::string> folders;
  for (const auto& file : tried) {
    auto folder = fs::path(file).parent_path().string();
    if (std::find(folders.begin(), folders.end(), folder) == folders.end()) folders.push_back(std::move(folder));
  }
  return fmt::format("{}", fmt::join(folders, ":"));
}

Result<std::variant<VaDisplay, VaDriverMissing>> OpenVaDisplay(const fs::path& render_node) {
  auto fd = OpenRenderNode(render_node);
  if (!fd) return Fail(std::move(fd).error());
  VADisplay raw_display = vaGetDisplayDRM(fd->Get());
  if (raw_display == nullptr) return Fail(fmt::format("{}: vaGetDisplayDRM gave no display", render_node.string()));
  VaDisplay display(std::move(*fd), raw_display);

  std::vector<std::string> messages;
  vaSetInfoCallback(raw_display, Collect, &messages);
  vaSetErrorCallback(raw_display, Collect, &messages);
  int major = 0;
  int minor = 0;
  const VAStatus status = vaInitialize(raw_display, &major, &minor);
  vaSetInfoCallback(raw_display, nullptr, nullptr);
  vaSetErrorCallback(raw_display, nullptr, nullptr);
  if (status == VA_STATUS_SUCCESS) return display;

  auto tried = TriedDrivers(messages);
  if (!tried.empty() && NoneExists(tried)) return VaDriverMissing{std::move(tried)};
  return Fail(fmt::format("{} ({})", VaCallFailed("vaInitialize", status), fmt::join(messages, "; ")));
}

}  // namespace vfqual::suites
