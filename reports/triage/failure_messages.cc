#include "reports/triage/failure_messages.h"

#include <nlohmann/json.hpp>
#include <string_view>

namespace vfqual {
extern const std::string_view kFailureMessagesFile;  // made by vfqual_embed
}

namespace vfqual::reports {

tl::expected<std::vector<FailureMessage>, std::string> LoadFailureMessages() {
  try {
    std::vector<FailureMessage> messages;
    const auto file = nlohmann::json::parse(kFailureMessagesFile);
    for (const auto& entry : file.at("messages")) {
      messages.push_back({.pattern = entry.at("pattern"),
                          .stage = entry.at("stage"),
                          .meaning = entry.at("meaning"),
                          .next = entry.at("next")});
    }
    return messages;
  } catch (const std::exception& error) {
    return tl::unexpected(std::string("failure-messages.json: ") + error.what());
  }
}

}  // namespace vfqual::reports
