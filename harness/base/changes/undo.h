// How one change on the host is taken back. Plain data, so that it can be journalled before the change is made and
// carried out by another process after a crash.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "harness/base/result.h"

namespace vfqual {

struct Undo {
  enum class Kind {
    kNone,        // goes away with something else that is undone (a VF's driver binding, with the VF)
    kAttribute,   // write `value` to the sysfs attribute `path`
    kCommand,     // run `argv`, unless `path` is given and is not there
    kRemoveFile,  // remove the file `path`, which was not there before
    kDomain,      // destroy the libvirt domain named `value`
  };
  Kind kind = Kind::kNone;
  std::string path;
  std::string value;
  std::vector<std::string> argv;
  bool survives_reboot = false;  // only such changes are undone when the host was rebooted in between

  static Undo Nothing() { return {}; }
  static Undo Attribute(std::string path, std::string value);
  // `only_if_exists`: the path without which there is nothing to undo (the change was journalled, but never made).
  static Undo RunCommand(std::vector<std::string> argv, bool survives_reboot, std::string only_if_exists = {});
  static Undo RemoveFile(std::string path);
  static Undo Domain(std::string name);

  std::string Describe() const;  // "write '0' to /sys/…", "run modprobe -r i915"
};

nlohmann::json ToJson(const Undo& undo);
Result<Undo> UndoFromJson(const nlohmann::json& value, const std::string& source);

}  // namespace vfqual
