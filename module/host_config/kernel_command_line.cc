#include "module/host_config/kernel_command_line.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "module/host_config/config_text.h"

namespace vfqual::host_config {

namespace {

using Parameter = std::pair<std::string, std::string>;

struct Named {
  std::string name;  // normal
  std::string value;
};

Named Parse(const std::string& word) {
  const auto equals = word.find('=');
  if (equals == std::string::npos) return {NormalName(word), ""};
  std::string value = word.substr(equals + 1);
  if (value.size() >= 2 && value.front() == '"' && value.back() == '"') value = value.substr(1, value.size() - 2);
  return {NormalName(word.substr(0, equals)), value};
}

bool Contains(const std::vector<std::string>& items, const std::string& item) {
  return std::find(items.begin(), items.end(), item) != items.end();
}

std::string Lower(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(), [](unsigned char letter) { return std::tolower(letter); });
  return text;
}

std::string DeviceIdOf(std::string item) {
  item = Lower(std::move(item));
  return item.starts_with("0x") ? item.substr(2) : item;
}

// force_probe of i915 and xe: ids, "*" for all, each with "!" for "not" (drivers/gpu/drm/xe/xe_pci.c,
// device_id_in_list).
bool ForbidsProbe(const std::string& item, const std::string& device_id) {
  return item.starts_with('!') && (item == "!*" || DeviceIdOf(item.substr(1)) == device_id);
}

bool ForcesProbe(const std::string& item, const std::string& device_id) {
  return item == "*" || DeviceIdOf(item) == device_id;
}

// What a parameter's value should be, given those that it has now (each occurrence, in order).
std::string MergedValue(const Parameter& wanted, const std::vector<std::string>& values, const std::string& driver) {
  const auto& [name, value] = wanted;
  std::vector<std::string> items;
  for (const auto& present : values) {
    for (const auto& item : SplitList(present, ',')) {
      if (!Contains(items, item)) items.push_back(item);
    }
  }
  const bool is_list = name == "intel_iommu" || name == "module_blacklist" || name.ends_with(".force_probe");
  if (!is_list) return value;
  if (name == "intel_iommu") {
    // igfx_off would leave the GPU, and so its VFs, without an IOMMU (drivers/iommu/intel/iommu.c, intel_iommu_setup).
    std::erase_if(items, [](const std::string& item) { return item == "off" || item == "igfx_off"; });
    if (!Contains(items, value)) items.insert(items.begin(), value);
  } else if (name == "module_blacklist") {
    std::erase(items, driver);
    if (!Contains(items, value)) items.push_back(value);
  } else {
    std::erase_if(items, [&value = value](const std::string& item) { return ForbidsProbe(item, value); });
    const bool forced = std::any_of(items.begin(), items.end(),
                                    [&value = value](const std::string& item) { return ForcesProbe(item, value); });
    if (!forced) items.push_back(value);
  }
  return fmt::format("{}", fmt::join(items, ","));
}

std::size_t EndOfKernelWords(const WordList& words) {
  const auto end =
      std::find_if(words.words.begin(), words.words.end(), [](const TextWord& word) { return word.text == "--"; });
  return static_cast<std::size_t>(end - words.words.begin());
}

void Set(WordList& words, const Parameter& wanted, const std::string& driver) {
  std::vector<std::size_t> places;
  std::vector<std::string> values;
  const auto end = EndOfKernelWords(words);
  for (std::size_t index = 0; index < end; ++index) {
    auto [name, value] = Parse(words.words[index].text);
    if (name != NormalName(wanted.first)) continue;
    places.push_back(index);
    values.push_back(std::move(value));
  }
  const std::string merged = MergedValue(wanted, values, driver);
  const std::string text = wanted.first + "=" + merged;
  if (places.empty()) {
    const bool first = end == 0;
    words.words.insert(words.words.begin() + static_cast<std::ptrdiff_t>(end), {first ? "" : " ", text});
    if (first && words.words.size() > 1 && words.words[1].space.empty()) words.words[1].space = " ";
    return;
  }
  if (values.front() != merged) words.words[places.front()].text = text;
  for (auto place = places.rbegin(); *place != places.front(); ++place) RemoveWord(words, *place);
}

// Takes out of a list parameter what keeps the wanted driver from the GPU.
void RemoveItems(WordList& words, const std::string& name, const std::function<bool(const std::string&)>& is_bad) {
  for (std::size_t index = EndOfKernelWords(words); index-- > 0;) {
    const auto parsed = Parse(words.words[index].text);
    if (parsed.name != NormalName(name)) continue;
    auto items = SplitList(parsed.value, ',');
    if (std::erase_if(items, is_bad) == 0) continue;
    if (items.empty()) {
      RemoveWord(words, index);
    } else {
      words.words[index].text = fmt::format("{}={}", name, fmt::join(items, ","));
    }
  }
}

}  // namespace

std::string OtherDriver(const std::string& driver) {
  return driver == "i915" ? "xe" : "i915";
}

std::vector<Parameter> WantedModuleParameters(const ConfigRequest& request) {
  const std::string max_vfs = std::to_string(request.max_vfs);
  if (request.driver == "i915") return {{"enable_guc", "3"}, {"max_vfs", max_vfs}};
  return {{"max_vfs", max_vfs}, {"force_probe", request.device_id}};
}

std::vector<Parameter> WantedKernelParameters(const ConfigRequest& request, Method method) {
  std::vector<Parameter> wanted = {{"intel_iommu", "on"}};
  if (method == Method::kModprobe) return wanted;
  for (const auto& [name, value] : WantedModuleParameters(request))
    wanted.emplace_back(request.driver + "." + name, value);
  wanted.emplace_back("module_blacklist", OtherDriver(request.driver));
  return wanted;
}

bool NamesDevice(const std::string& ids, const std::string& device_id) {
  const auto items = SplitList(ids, ',');
  return std::any_of(items.begin(), items.end(),
                     [&](const std::string& item) { return Lower(item).starts_with("8086:" + device_id); });
}

Result<std::string> MergeKernelParameters(std::string_view line, const ConfigRequest& request, Method method,
                                          const std::string& source) {
  VFQUAL_TRY(auto words, SplitWords(line, source), "");
  for (const auto& word : words.words) {
    const auto parsed = Parse(word.text);
    if (parsed.name == "vfio_pci.ids" && NamesDevice(parsed.value, request.device_id)) {
      return FailInput(fmt::format("{}: '{}' gives the GPU itself to vfio-pci, and with it all VFs", source, word.text),
                       fmt::format("take 8086:{} out of it", request.device_id));
    }
  }
  const auto wanted = WantedKernelParameters(request, method);
  const auto is_set = [&wanted](const std::string& name) {
    return std::any_of(wanted.begin(), wanted.end(), [&name](const auto& one) { return one.first == name; });
  };
  for (const std::string blacklist : {"modprobe.blacklist", "rd.driver.blacklist", "module_blacklist"}) {
    if (is_set(blacklist)) continue;  // merged where it stands
    RemoveItems(words, blacklist, [&](const std::string& item) { return item == request.driver; });
  }
  if (const std::string probe = request.driver + ".force_probe"; !is_set(probe)) {
    RemoveItems(words, probe, [&](const std::string& item) { return ForbidsProbe(item, request.device_id); });
  }
  for (const auto& one : wanted) Set(words, one, request.driver);
  return JoinWords(words);
}

std::optional<std::string> ParameterValue(std::string_view line, const std::string& name) {
  std::optional<std::string> found;
  const auto words = SplitWords(line, "");
  if (!words) return found;
  for (const auto& word : words->words) {
    if (word.text == "--") break;
    auto parsed = Parse(word.text);
    if (parsed.name == NormalName(name)) found = std::move(parsed.value);
  }
  return found;
}

bool ParameterServes(const std::string& name, const std::string& wanted, const std::string& value) {
  const auto items = SplitList(value, ',');
  if (name == "intel_iommu") return Contains(items, "on") && !Contains(items, "off") && !Contains(items, "igfx_off");
  if (name == "module_blacklist") return Contains(items, wanted);
  if (name.ends_with("force_probe")) {
    return std::any_of(items.begin(), items.end(), [&](const std::string& item) { return ForcesProbe(item, wanted); });
  }
  return value == wanted;
}

}  // namespace vfqual::host_config
