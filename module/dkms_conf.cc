#include "module/dkms_conf.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>
#include <optional>
#include <sstream>

#include "module/shell_lines.h"

namespace vfqual {

namespace {

constexpr std::size_t kMaxModules = 1000;

using Variables = std::map<std::string, std::string>;

bool IsSafeName(const std::string& text) {
  return !text.empty() && text.front() != '-' && text.front() != '.' &&
         std::all_of(text.begin(), text.end(), [](unsigned char letter) {
           return std::isalnum(letter) != 0 || letter == '-' || letter == '_' || letter == '.' || letter == '+' ||
                  letter == '~';
         });
}

// What is read here; anything may stand in the rest, MAKE[0] before all.
bool IsWanted(const std::string& key) {
  return key.starts_with("BUILT_MODULE_NAME") || key.starts_with("BUILD_EXCLUSIVE_") || key == "PACKAGE_NAME" ||
         key == "PACKAGE_VERSION";
}

std::vector<std::string> Words(const std::string& text) {
  std::istringstream words(text);
  std::vector<std::string> all;
  for (std::string word; words >> word;) all.push_back(word);
  return all;
}

// BUILT_MODULE_NAME[0]=…, or all at once: BUILT_MODULE_NAME=(a b).
std::vector<std::string> ModuleNames(Variables& values, const std::string& package) {
  std::vector<std::string> modules;
  for (std::size_t index = 0; index < kMaxModules; ++index) {
    const auto module = values.find(fmt::format("BUILT_MODULE_NAME[{}]", index));
    if (module == values.end()) break;
    modules.push_back(module->second);
  }
  if (!modules.empty()) return modules;
  std::string all = values["BUILT_MODULE_NAME"];
  if (all.starts_with('(') && all.ends_with(')')) {
    all = all.substr(1, all.size() - 2);
    std::erase(all, '"');
    std::erase(all, '\'');
    return Words(all);
  }
  return {all.empty() ? package : all};
}

}  // namespace

Result<DkmsConf> ParseDkmsConf(const std::string& text, const std::string& source) {
  DkmsConf conf;
  Variables values;
  for (const auto& line : ReadShellLines(text)) {
    if (!line.assignment) {
      conf.unread.push_back(line.text);
      continue;
    }
    const auto& [key, raw] = *line.assignment;
    const auto value = ExpandShellValue(raw, values);
    if (value) {
      values[key] = *value;
    } else if (IsWanted(key)) {
      conf.unread.push_back(line.text);
    }
  }
  conf.name = values["PACKAGE_NAME"];
  conf.version = values["PACKAGE_VERSION"];
  conf.modules = ModuleNames(values, conf.name);
  conf.range.kernel = values["BUILD_EXCLUSIVE_KERNEL"];
  conf.range.minimum = values["BUILD_EXCLUSIVE_KERNEL_MIN"];
  conf.range.maximum = values["BUILD_EXCLUSIVE_KERNEL_MAX"];
  conf.range.architecture = values["BUILD_EXCLUSIVE_ARCH"];
  conf.range.options = Words(values["BUILD_EXCLUSIVE_CONFIG"]);
  for (const auto& [what, name] : {std::pair{"PACKAGE_NAME", conf.name}, std::pair{"PACKAGE_VERSION", conf.version}}) {
    if (!IsSafeName(name)) {
      return FailInput(fmt::format("{}: {} is '{}'", source, what, name),
                       "the folder must hold the dkms.conf of a DKMS module");
    }
  }
  for (const auto& module : conf.modules) {
    if (!IsSafeName(module)) return FailInput(fmt::format("{}: '{}' is no module's name", source, module));
  }
  return conf;
}

}  // namespace vfqual
