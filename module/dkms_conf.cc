#include "module/dkms_conf.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <sstream>

namespace vfqual {

namespace {

std::string Unquoted(std::string value) {
  if (!value.empty() && (value.front() == '"' || value.front() == '\'')) {
    const auto end = value.find(value.front(), 1);
    return end == std::string::npos ? value.substr(1) : value.substr(1, end - 1);
  }
  return value.substr(0, value.find_first_of(" \t#;"));
}

std::string Expanded(std::string value, const std::map<std::string, std::string>& variables) {
  for (const auto& [name, replacement] : variables) {
    for (const std::string& reference : {"${" + name + "}", "$" + name}) {
      for (auto at = value.find(reference); at != std::string::npos;
           at = value.find(reference, at + replacement.size())) {
        value.replace(at, reference.size(), replacement);
      }
    }
  }
  return value;
}

bool IsSafeName(const std::string& text) {
  return !text.empty() && text.front() != '-' && text.front() != '.' &&
         std::all_of(text.begin(), text.end(), [](unsigned char letter) {
           return std::isalnum(letter) != 0 || letter == '-' || letter == '_' || letter == '.' || letter == '+' ||
                  letter == '~';
         });
}

}  // namespace

Result<DkmsConf> ParseDkmsConf(const std::string& text, const std::string& source) {
  std::map<std::string, std::string> values;
  std::istringstream lines(text);
  std::string line;
  while (std::getline(lines, line)) {
    const auto start = line.find_first_not_of(" \t");
    if (start == std::string::npos || line[start] == '#') continue;
    const auto equals = line.find('=', start);
    if (equals == std::string::npos) continue;
    while (!line.empty() && (line.back() == '\r' || line.back() == ' ')) line.pop_back();
    const std::string key = line.substr(start, equals - start);
    values[key] = Expanded(Unquoted(line.substr(equals + 1)), values);
  }
  DkmsConf conf;
  conf.name = values["PACKAGE_NAME"];
  conf.version = values["PACKAGE_VERSION"];
  for (int index = 0;; ++index) {
    const auto module = values.find(fmt::format("BUILT_MODULE_NAME[{}]", index));
    if (module == values.end()) break;
    conf.modules.push_back(module->second);
  }
  if (conf.modules.empty())
    conf.modules.push_back(values.contains("BUILT_MODULE_NAME") ? values["BUILT_MODULE_NAME"] : conf.name);
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
