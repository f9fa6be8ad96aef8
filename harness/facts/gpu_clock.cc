#include "harness/facts/gpu_clock.h"

#include <algorithm>
#include <chrono>
#include <cstdlib>

namespace vfqual {

std::string ClockFile(Host& host, const PciAddress& pf) {
  const std::string xe = pf.SysfsPath() + "/tile0/gt0/freq0/act_freq";
  if (host.Exists(xe).value_or(false)) return xe;
  const std::string drm = pf.SysfsPath() + "/drm";
  for (const auto& node : host.List(drm).value_or(std::vector<std::string>{})) {
    if (!node.starts_with("card")) continue;
    for (const char* name : {"/gt/gt0/rps_act_freq_mhz", "/gt_act_freq_mhz"}) {
      const std::string file = drm + "/" + node + name;
      if (host.Exists(file).value_or(false)) return file;
    }
  }
  return {};
}

ClockWatch::ClockWatch(Host& host, const PciAddress& pf) : host_(host), file_(ClockFile(host, pf)) {
  if (!file_.empty()) thread_ = std::thread([this] { Watch(); });
}

double ClockWatch::Stop() {
  over_ = true;
  if (thread_.joinable()) thread_.join();
  return highest_MHz_;
}

void ClockWatch::Watch() {
  do {
    const auto text = host_.ReadTrimmed(file_);
    if (text) highest_MHz_ = std::max(highest_MHz_, std::strtod(text->c_str(), nullptr));
    std::this_thread::sleep_for(std::chrono::milliseconds(100));
  } while (!over_);
}

}  // namespace vfqual
