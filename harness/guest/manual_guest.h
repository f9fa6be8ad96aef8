// A guest started by hand (`vfqual guest boot`): from options to a domain's spec and the files that it needs.
#pragma once

#include <chrono>
#include <iosfwd>
#include <memory>
#include <string>
#include <vector>

#include "harness/base/host.h"
#include "harness/base/result.h"
#include "harness/guest/connection.h"
#include "harness/guest/domain_spec.h"
#include "harness/guest/payload_disk.h"

namespace vfqual {

inline constexpr const char* kGuestsFolder = "/var/lib/vfqual/guests";
inline constexpr const char* kManualRunId = "manual";

struct ManualGuest {
  std::string name;
  std::string vf;  // PCI address; empty: none
  std::string disk;
  DiskFormat disk_format = DiskFormat::kQcow2;
  bool write_to_disk = false;  // false: a throw-away overlay takes the writes
  std::string kernel;
  std::string initrd;
  std::string cmdline;
  std::vector<std::string> payload;  // files, by their own names
  bool emulate = false;
  bool uefi = false;
  unsigned vcpus = 1;
  unsigned memory_mib = 1024;
};

struct ManualPlan {
  DomainSpec spec;
  std::string overlay_base;  // empty: no overlay
  DiskFormat overlay_base_format = DiskFormat::kQcow2;
  std::vector<PayloadFile> payload;  // empty: no payload disk
};

// Looks, and changes nothing: files exist, the VF is one (through the PF guard). Errors are kInput.
Result<ManualPlan> PlanManualGuest(Host& host, const ManualGuest& guest);

// What StartManualGuest would do, as commands and file writes, and the domain's XML.
Status PrintManualPlan(const ManualPlan& plan, std::ostream& out);

struct StartedGuest {
  std::string uuid;
  std::chrono::milliseconds agent_after{0};  // from the domain's start
};

// Makes the disks, starts the domain, waits for its agent and leaves it running. A guest that does not get there is
// ended, and its files stay for a look.
Result<StartedGuest> StartManualGuest(Host& host, std::shared_ptr<Connection> connection, const ManualPlan& plan,
                                      std::chrono::milliseconds agent_timeout);

}  // namespace vfqual
