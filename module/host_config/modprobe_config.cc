#include "module/host_config/modprobe_config.h"

#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <set>

#include "module/host_config/config_text.h"
#include "module/host_config/kernel_command_line.h"

namespace vfqual::host_config {

namespace {

constexpr std::size_t kFirstOption = 2;  // options MODULE NAME=VALUE…

// One line of a file; `words` may be changed, which changes the line.
struct Directive {
  std::string source;  // "FILE:LINE"
  std::string file;
  WordList& words;

  const std::string& Kind() const { return words.words[0].text; }
  std::string Module() const { return words.words.size() > 1 ? NormalName(words.words[1].text) : std::string(); }
};

bool Concerns(const std::string& text, const ConfigRequest& request) {
  const std::string normal = NormalName(text);
  return normal.find(request.driver) != std::string::npos || normal.find("vfio_pci") != std::string::npos ||
         normal.find(OtherDriver(request.driver)) != std::string::npos;
}

// Hands every line that is not a comment to `visit`, and keeps what it changed.
Status VisitDirectives(ConfigFiles& files, const ConfigRequest& request,
                       const std::function<Status(const Directive&)>& visit) {
  VFQUAL_TRY(const auto names, files.List(kModprobeFolder, ".conf"), "");
  for (const auto& name : names) {
    const std::string path = fmt::format("{}/{}", kModprobeFolder, name);
    VFQUAL_TRY(const auto text, files.Read(path), "");
    auto lines = SplitLines(text.value_or(""));
    bool changed = false;
    for (std::size_t index = 0; index < lines.size(); ++index) {
      auto& line = lines[index];
      const auto start = line.text.find_first_not_of(" \t");
      if (start == std::string::npos || line.text[start] == '#' || !Concerns(line.text, request)) continue;
      const std::string source = fmt::format("{}:{}", path, index + 1);
      if (line.text.ends_with('\\') || (index > 0 && lines[index - 1].text.ends_with('\\'))) {
        return FailInput(fmt::format("{}: a line that goes on in the next one", source), "write it as one line");
      }
      VFQUAL_TRY(auto words, SplitWords(line.text, source), "");
      VFQUAL_CHECK(visit({source, path, words}), "");
      std::string now = JoinWords(words);
      changed = changed || now != line.text;
      line.text = std::move(now);
    }
    if (changed) VFQUAL_CHECK(files.Set(path, JoinLines(lines)), "");
  }
  return {};
}

std::pair<std::string, std::string> SplitOption(const std::string& word) {
  const auto equals = word.find('=');
  if (equals == std::string::npos) return {NormalName(word), ""};
  return {NormalName(word.substr(0, equals)), word.substr(equals + 1)};
}

}  // namespace

Status UnblockDriver(ConfigFiles& files, const ConfigRequest& request) {
  return VisitDirectives(files, request, [&request](const Directive& line) -> Status {
    const std::string& kind = line.Kind();
    if (kind == "options" && line.Module() == "vfio_pci") {
      for (std::size_t index = kFirstOption; index < line.words.words.size(); ++index) {
        const auto [name, value] = SplitOption(line.words.words[index].text);
        if (name == "ids" && NamesDevice(value, request.device_id)) {
          return FailInput(
              fmt::format("{}: 'ids={}' gives the GPU itself to vfio-pci, and with it all VFs", line.source, value),
              fmt::format("take 8086:{} out of it", request.device_id));
        }
      }
    }
    if (line.Module() != request.driver) return {};
    if (kind == "blacklist") line.words.words[0].text = "#blacklist";
    if (kind == "install" || kind == "alias" || kind == "remove") {
      return FailInput(fmt::format("{}: '{}' says how {} is loaded", line.source, kind, request.driver),
                       "take it out by hand");
    }
    return {};
  });
}

Status ConfigureModprobe(ConfigFiles& files, const ConfigRequest& request) {
  const auto wanted = WantedModuleParameters(request);
  std::set<std::string> present;
  const std::string other = OtherDriver(request.driver);
  bool other_is_kept_out = false;
  VFQUAL_CHECK(VisitDirectives(files, request,
                               [&](const Directive& line) -> Status {
                                 if (line.Kind() == "blacklist" && line.Module() == other) other_is_kept_out = true;
                                 if (line.Kind() != "options" || line.Module() != request.driver) return {};
                                 for (std::size_t index = kFirstOption; index < line.words.words.size(); ++index) {
                                   auto& word = line.words.words[index].text;
                                   const auto [name, value] = SplitOption(word);
                                   for (const auto& [parameter, right] : wanted) {
                                     if (name != parameter) continue;
                                     present.insert(parameter);
                                     if (!ParameterServes(parameter, right, value)) word = parameter + "=" + right;
                                   }
                                 }
                                 return {};
                               }),
               "");
  std::vector<std::string> missing;
  if (!other_is_kept_out) missing.push_back("blacklist " + other);
  for (const auto& [parameter, value] : wanted) {
    if (!present.contains(parameter))
      missing.push_back(fmt::format("options {} {}={}", request.driver, parameter, value));
  }
  if (missing.empty()) return {};
  VFQUAL_TRY(const auto own, files.Read(kOwnModprobeFile), "");
  auto lines = SplitLines(own.value_or("# SR-IOV of the Intel GPU; written by vfqual host configure\n"));
  for (auto& line : missing) AppendLine(lines, std::move(line));
  return files.Set(kOwnModprobeFile, JoinLines(lines));
}

Result<std::optional<ModprobeValue>> ModprobeOption(ConfigFiles& files, const std::string& module,
                                                    const std::string& parameter) {
  std::optional<ModprobeValue> found;
  ConfigRequest request;
  request.driver = module;
  VFQUAL_CHECK(VisitDirectives(files, request,
                               [&](const Directive& line) -> Status {
                                 if (line.Kind() != "options" || line.Module() != NormalName(module)) return {};
                                 for (std::size_t index = kFirstOption; index < line.words.words.size(); ++index) {
                                   auto [name, value] = SplitOption(line.words.words[index].text);
                                   if (name == NormalName(parameter)) found = ModprobeValue{value, line.file};
                                 }
                                 return {};
                               }),
               "");
  return found;
}

Result<std::string> BlacklistedIn(ConfigFiles& files, const std::string& module) {
  std::string found;
  ConfigRequest request;
  request.driver = module;
  VFQUAL_CHECK(VisitDirectives(files, request,
                               [&](const Directive& line) -> Status {
                                 if (line.Kind() == "blacklist" && line.Module() == NormalName(module))
                                   found = line.file;
                                 return {};
                               }),
               "");
  return found;
}

}  // namespace vfqual::host_config
