#include "module/host_config/vfs_at_boot.h"

#include <fmt/format.h>

#include <array>

#include "module/host_config/config_text.h"

namespace vfqual::host_config {

namespace {

constexpr std::string_view kAttribute = "/sriov_numvfs";
constexpr std::string_view kSys = "/sys/";

// By whichever path of sysfs the PF's attribute is named.
bool IsNumVfsOf(std::string path, const ConfigRequest& request) {
  if (path.starts_with(kSys)) path.erase(0, kSys.size());
  while (path.starts_with('/')) path.erase(0, 1);
  if (!path.ends_with(kAttribute)) return false;
  return path.find("/" + request.pf + "/") != std::string::npos || path.starts_with("class/drm/");
}

// Where the value stands in a line of the file; npos where the line is about something else.
using FindValue = std::size_t (*)(const std::string& line, const ConfigRequest& request);

std::size_t SysfsValue(const std::string& line, const ConfigRequest& request) {
  const auto start = line.find_first_not_of(" \t");
  if (start == std::string::npos || line[start] == '#') return std::string::npos;
  const auto equals = line.find('=');
  if (equals == std::string::npos) return equals;
  const auto end = line.find_last_not_of(" \t", equals - 1);
  if (equals == 0 || end == std::string::npos || !IsNumVfsOf(line.substr(start, end + 1 - start), request)) {
    return std::string::npos;
  }
  return std::min(line.find_first_not_of(" \t", equals + 1), line.size());
}

std::size_t TmpfilesValue(const std::string& line, const ConfigRequest& request) {
  constexpr std::size_t kArgument = 6;  // type, path, mode, user, group, age, argument
  const auto words = SplitWords(line, "");
  if (!words || words->words.size() <= kArgument || !words->words[0].text.starts_with('w')) return std::string::npos;
  std::string path = words->words[1].text;
  std::erase(path, '"');
  if (!IsNumVfsOf(path, request)) return std::string::npos;
  std::size_t at = 0;
  for (std::size_t index = 0; index < kArgument; ++index) {
    at += words->words[index].space.size() + words->words[index].text.size();
  }
  return at + words->words[kArgument].space.size();
}

struct Found {
  std::string path;
  std::vector<Line> lines;
  std::size_t index = 0;
  std::size_t value_at = 0;

  std::string Value() const {
    const auto rest = lines[index].text.substr(value_at);
    const auto end = rest.find_first_of(" \t");
    return rest.substr(0, end);
  }
};

Result<std::vector<std::string>> FilesOf(ConfigFiles& files, VfsAtBoot how) {
  std::vector<std::string> paths;
  const std::string folder = how == VfsAtBoot::kSysfsutils ? "/etc/sysfs.d" : "/etc/tmpfiles.d";
  if (how == VfsAtBoot::kSysfsutils) paths.emplace_back(kSysfsConf);
  VFQUAL_TRY(const auto names, files.List(folder, ".conf"), "");
  for (const auto& name : names) paths.push_back(folder + "/" + name);
  return paths;
}

Result<std::optional<Found>> Find(ConfigFiles& files, const ConfigRequest& request, VfsAtBoot how) {
  const FindValue find_value = how == VfsAtBoot::kSysfsutils ? SysfsValue : TmpfilesValue;
  std::optional<Found> found;
  VFQUAL_TRY(const auto paths, FilesOf(files, how), "");
  for (const auto& path : paths) {
    VFQUAL_TRY(const auto text, files.Read(path), "");
    const auto lines = SplitLines(text.value_or(""));
    for (std::size_t index = 0; index < lines.size(); ++index) {
      const auto at = find_value(lines[index].text, request);
      if (at == std::string::npos) continue;
      if (found) {
        return FailInput(fmt::format("{}:{}: the number of VFs is set twice, first in {}:{}", path, index + 1,
                                     found->path, found->index + 1),
                         "take one of them out");
      }
      found = Found{path, lines, index, at};
    }
  }
  return found;
}

Result<std::optional<VfsLine>> FindLine(ConfigFiles& files, const ConfigRequest& request, VfsAtBoot how) {
  VFQUAL_TRY(const auto found, Find(files, request, how), "");
  if (!found) return std::optional<VfsLine>();
  return std::optional(VfsLine{found->path, static_cast<int>(found->index) + 1, found->Value()});
}

Result<bool> HasSysfsutils(ConfigFiles& files) {
  constexpr std::array kPaths = {"/etc/init.d/sysfsutils", "/usr/lib/systemd/system/sysfsutils.service",
                                 "/lib/systemd/system/sysfsutils.service"};
  for (const char* path : kPaths) {
    VFQUAL_TRY(const bool exists, files.OnHost().Exists(path), "");
    if (exists) return true;
  }
  return false;
}

}  // namespace

std::string SysfsLine(const ConfigRequest& request) {
  return fmt::format("{}{} = {}", request.pf_device_folder.substr(kSys.size()), kAttribute, request.vfs);
}

std::string TmpfilesLine(const ConfigRequest& request) {
  return fmt::format("w {}{} - - - - {}", request.pf_device_folder, kAttribute, request.vfs);
}

Result<std::optional<VfsLine>> FindSysfsLine(ConfigFiles& files, const ConfigRequest& request) {
  return FindLine(files, request, VfsAtBoot::kSysfsutils);
}

Result<std::optional<VfsLine>> FindTmpfilesLine(ConfigFiles& files, const ConfigRequest& request) {
  return FindLine(files, request, VfsAtBoot::kTmpfiles);
}

Result<VfsAtBoot> ChooseVfsAtBoot(ConfigFiles& files, const ConfigRequest& request) {
  VFQUAL_TRY(const auto sysfs, FindSysfsLine(files, request), "");
  VFQUAL_TRY(const auto tmpfiles, FindTmpfilesLine(files, request), "");
  if (sysfs && tmpfiles) {
    return FailInput(
        fmt::format("{}:{} and {}:{} both make VFs at boot", sysfs->file, sysfs->line, tmpfiles->file, tmpfiles->line),
        "take one of them out");
  }
  VFQUAL_TRY(const bool installed, HasSysfsutils(files), "");
  if (!request.vfs_at_boot) {
    if (sysfs || tmpfiles) return sysfs ? VfsAtBoot::kSysfsutils : VfsAtBoot::kTmpfiles;
    return installed ? VfsAtBoot::kSysfsutils : VfsAtBoot::kTmpfiles;
  }
  const auto how = *request.vfs_at_boot;
  const auto& other = how == VfsAtBoot::kSysfsutils ? tmpfiles : sysfs;
  if (how != VfsAtBoot::kNone && other) {
    return FailInput(fmt::format("{}:{} makes VFs at boot already", other->file, other->line),
                     fmt::format("take it out, or leave out --vfs-at-boot {}", Word(how)));
  }
  if (how == VfsAtBoot::kSysfsutils && !installed) {
    return FailInput("sysfsutils is not installed: nothing would read its file at boot",
                     "apt-get install sysfsutils, or --vfs-at-boot tmpfiles");
  }
  return how;
}

Status ConfigureVfsAtBoot(ConfigFiles& files, const ConfigRequest& request, VfsAtBoot how) {
  if (how == VfsAtBoot::kNone) return {};
  VFQUAL_TRY(auto found, Find(files, request, how), "");
  if (found) {
    const std::string value = found->Value();
    if (value == std::to_string(request.vfs)) return {};
    found->lines[found->index].text.replace(found->value_at, value.size(), std::to_string(request.vfs));
    return files.Set(found->path, JoinLines(found->lines));
  }
  if (how == VfsAtBoot::kTmpfiles) return files.Set(kOwnTmpfilesFile, TmpfilesLine(request) + "\n");
  VFQUAL_TRY(const auto text, files.Read(kSysfsConf), "");
  auto lines = SplitLines(text.value_or(""));
  AppendLine(lines, SysfsLine(request));
  return files.Set(kSysfsConf, JoinLines(lines));
}

}  // namespace vfqual::host_config
