#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "module/host_config/host_status.h"

namespace vfqual::host_config {

const char* Word(StatusItem::State state) {
  switch (state) {
    case StatusItem::State::kOk:
      return "ok";
    case StatusItem::State::kReboot:
      return "reboot";
    case StatusItem::State::kNotInEffect:
      return "not in effect";
    case StatusItem::State::kNotKept:
      return "not kept";
    case StatusItem::State::kMissing:
      return "missing";
    case StatusItem::State::kUnknown:
      break;
  }
  return "unknown";
}

std::string StatusText(const HostStatus& status) {
  std::vector<std::array<std::string, 5>> rows = {{"", "wanted", "configured", "running", ""}};
  std::string files;
  for (const auto& item : status.items) {
    rows.push_back({item.name, item.wanted, item.configured, item.running, Word(item.state)});
    if (!item.configured_in.empty()) files += fmt::format("  {:<24} {}\n", item.name, item.configured_in);
  }
  std::array<std::size_t, 5> widths{};
  for (const auto& row : rows) {
    for (std::size_t column = 0; column < row.size(); ++column) {
      widths.at(column) = std::max(widths.at(column), row.at(column).size());
    }
  }
  std::string text;
  for (const auto& row : rows) {
    std::string line;
    for (std::size_t column = 0; column < row.size(); ++column) {
      line += fmt::format("{:<{}}  ", row.at(column), widths.at(column));
    }
    text += line.substr(0, line.find_last_not_of(' ') + 1) + "\n";
  }
  if (!files.empty()) text += "\nconfigured in\n" + files;
  std::string reasons;
  for (const auto& item : status.items) {
    if (item.cause.empty()) continue;
    reasons += fmt::format("  {:<24} {}\n", item.name, item.cause);
    if (!item.fix.empty()) reasons += fmt::format("  {:<24} fix: {}\n", "", item.fix);
  }
  if (!reasons.empty()) text += "\nnot in effect, although this boot began after it was configured\n" + reasons;
  text += fmt::format("\nthe kernel's parameters: {}\n", status.boot_loader);
  if (!status.recorded) text += "\nvfqual host configure was not called on this host: wanted is what it would set\n";
  if (status.commands_pending) {
    text +=
        "\nan earlier configure was cut short (initramfs and boot loader may be old): call vfqual host configure, or "
        "--undo\n";
  }
  return text;
}

nlohmann::ordered_json ToJson(const HostStatus& status) {
  nlohmann::ordered_json items = nlohmann::ordered_json::array();
  for (const auto& item : status.items) {
    items.push_back({{"name", item.name},
                     {"wanted", item.wanted},
                     {"configured", item.configured},
                     {"configured_in", item.configured_in},
                     {"running", item.running},
                     {"state", Word(item.state)},
                     {"cause", item.cause},
                     {"fix", item.fix}});
  }
  return {{"schema", "vfqual/host-status/1"},
          {"recorded", status.recorded},
          {"boot_loader", status.boot_loader},
          {"commands_pending", status.commands_pending},
          {"items", std::move(items)}};
}

}  // namespace vfqual::host_config
