#include "module/install/sign_installed.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <optional>
#include <sstream>

#include "module/install/initramfs_image.h"

namespace vfqual {

namespace {

std::optional<long long> ModifiedSeconds(Host& host, const std::string& file) {
  Command command;
  command.argv = {"stat", "--dereference", "--format=%Y", "--", file};
  const auto completed = host.Run(command);
  if (!completed || !completed->Ok()) return std::nullopt;
  std::istringstream text(completed->out);
  long long seconds = 0;
  return text >> seconds ? std::optional(seconds) : std::nullopt;
}

// Signed by a call that did not come to the image, or was told not to.
bool IsNewerThanImage(Host& host, const secure_boot::SignItem& item) {
  const auto image = FindInitramfsImage(host, item.kernel).path;
  if (image.empty()) return false;
  const auto module_at = ModifiedSeconds(host, item.path);
  const auto image_at = ModifiedSeconds(host, image);
  return module_at && image_at && *module_at > *image_at;
}

bool IsInstalled(const secure_boot::SignItem& item) {
  return item.path.find("/lib/modules/" + item.kernel + "/") != std::string::npos;
}

}  // namespace

SignedImages FindSignedImages(Host& host, const secure_boot::SignPlan& plan) {
  SignedImages images;
  for (const auto& step : plan.steps) {
    if (!IsInstalled(step.item)) continue;
    if (step.is_signed && !IsNewerThanImage(host, step.item)) continue;
    const auto name = std::filesystem::path(step.item.path).filename().string();
    if (AddRefresh(host, {name.substr(0, name.find(".ko"))}, step.item.kernel, images.refresh)) continue;
    if (std::ranges::find(images.by_hand, step.item.kernel) == images.by_hand.end()) {
      images.by_hand.push_back(step.item.kernel);
    }
  }
  return images;
}

Status SignInstalled(Host& host, ChangeLog& changes, const secure_boot::SignPlan& plan, const RefreshCommands& refresh,
                     const std::function<void(const std::string&)>& print) {
  VFQUAL_CHECK(AnnounceRefresh(changes, refresh), "");
  return secure_boot::SignFiles(host, changes, plan, print, [&] { return RunRefresh(changes, refresh, print); });
}

}  // namespace vfqual
