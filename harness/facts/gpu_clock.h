// How fast the GPU ran while something was measured. Not run on hardware: built from the drivers' sources (i915:
// gt/intel_gt_sysfs_pm.c, i915_sysfs.c; xe: xe_gt_freq.c).
#pragma once

#include <atomic>
#include <string>
#include <thread>

#include "harness/base/host.h"
#include "harness/vf/pci_address.h"

namespace vfqual {

// The file with the actual frequency in MHz of the GT that renders and computes, GT 0: i915's
// "…/drm/card0/gt/gt0/rps_act_freq_mhz" (before 5.18: "…/card0/gt_act_freq_mhz"), xe's
// "…/tile0/gt0/freq0/act_freq". Empty: the driver has none.
std::string ClockFile(Host& host, const PciAddress& pf);

// Reads it ten times a second, from the object's making to Stop(). The host must outlive the object, and answer several
// threads.
class ClockWatch {
 public:
  ClockWatch(Host& host, const PciAddress& pf);
  ClockWatch(const ClockWatch&) = delete;
  ClockWatch& operator=(const ClockWatch&) = delete;
  ~ClockWatch() { Stop(); }

  // The highest that was seen, in MHz; 0 where the driver does not tell.
  double Stop();

 private:
  void Watch();

  Host& host_;
  std::string file_;
  std::atomic<bool> over_ = false;
  double highest_MHz_ = 0;
  std::thread thread_;
};

}  // namespace vfqual
