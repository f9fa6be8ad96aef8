#include "module/parameter_check.h"

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <optional>
#include <sstream>

namespace vfqual {

namespace {

std::string AsBool(const std::string& text) {
  if (text == "1" || text == "y" || text == "Y" || text == "on") return "Y";
  if (text == "0" || text == "n" || text == "N" || text == "off") return "N";
  return text;
}

// As the kernel's kstrtoint does with base 0.
std::optional<long long> AsNumber(const std::string& text) {
  if (text.empty()) return std::nullopt;
  char* end = nullptr;
  errno = 0;
  const long long number = std::strtoll(text.c_str(), &end, 0);
  if (errno != 0 || *end != '\0') return std::nullopt;
  return number;
}

bool HasParameter(Host& host, const std::string& file, const std::string& parameter) {
  Command command;
  command.argv = {"modinfo", "-F", "parmtype", file};
  const auto types = host.Run(command);
  if (!types || !types->Ok()) return false;
  std::istringstream lines(types->out);  // "enable_guc:int"
  std::string line;
  while (std::getline(lines, line)) {
    if (line.starts_with(parameter + ":")) return true;
  }
  return false;
}

}  // namespace

bool SameParameterValue(const std::string& shown, const std::string& given) {
  if (shown == given) return true;
  if (shown == "Y" || shown == "N") return shown == AsBool(given);
  const auto number = AsNumber(shown);
  return number && number == AsNumber(given);
}

Status CheckParameters(Host& host, const std::string& name, const std::string& file,
                       const std::map<std::string, std::string>& given) {
  std::string folder = name;
  std::replace(folder.begin(), folder.end(), '-', '_');
  for (const auto& [parameter, value] : given) {
    const auto running = host.ReadTrimmed(fmt::format("/sys/module/{}/parameters/{}", folder, parameter));
    if (!running && !HasParameter(host, file, parameter)) {
      return FailSubject(fmt::format("{} has no parameter {}", name, parameter));
    }
    if (running && !SameParameterValue(*running, value)) {
      return FailSubject(fmt::format("{} runs with {}={}, {} was asked for", name, parameter, *running, value));
    }
  }
  return {};
}

}  // namespace vfqual
