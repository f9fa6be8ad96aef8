#include "module/host_config/config_files.h"

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <filesystem>

namespace vfqual::host_config {

Result<FileText> ReadIfThere(Host& host, const std::string& path) {
  auto text = host.Read(path);
  if (text) return FileText(*std::move(text));
  if (text.error().sys_errno == ENOENT || text.error().sys_errno == ENOTDIR) return FileText();
  return tl::unexpected<Error>(std::move(text).error());
}

Result<std::string> ConfigFiles::Resolve(std::string path) {
  constexpr int kMostLinks = 16;
  for (int links = 0; links < kMostLinks; ++links) {
    const auto target = host_.ReadLink(path);
    if (!target) return path;
    path = (std::filesystem::path(path).parent_path() / *target).lexically_normal().string();
  }
  return FailInput(fmt::format("{}: too many links", path));
}

Result<FileText> ConfigFiles::Read(const std::string& path) {
  VFQUAL_TRY(const auto resolved, Resolve(path), "");
  const auto changed = changed_.find(resolved);
  if (changed != changed_.end()) return changed->second;
  return ReadIfThere(host_, resolved);
}

Result<std::vector<std::string>> ConfigFiles::List(const std::string& folder, const std::string& ending) {
  std::vector<std::string> names;
  auto listed = host_.List(folder);
  if (!listed && listed.error().sys_errno != ENOENT) return listed;
  if (listed) names = *std::move(listed);
  for (const auto& [path, text] : changed_) {
    const std::filesystem::path changed(path);
    if (changed.parent_path() != folder) continue;
    std::erase(names, changed.filename().string());
    if (text) names.push_back(changed.filename().string());
  }
  std::erase_if(names, [&ending](const std::string& name) { return !name.ends_with(ending) || name.starts_with('.'); });
  std::sort(names.begin(), names.end());
  return names;
}

Status ConfigFiles::Set(const std::string& path, FileText text) {
  VFQUAL_TRY(const auto resolved, Resolve(path), "");
  changed_[resolved] = std::move(text);
  return {};
}

}  // namespace vfqual::host_config
