// A dkms.conf, read without running it (dkms(8), "DKMS.CONF"; the file is shell that dkms sources).
#pragma once

#include <string>
#include <vector>

#include "harness/base/result.h"
#include "module/kernel_range.h"

namespace vfqual {

struct DkmsConf {
  std::string name;                  // PACKAGE_NAME
  std::string version;               // PACKAGE_VERSION
  std::vector<std::string> modules;  // BUILT_MODULE_NAME[…]; PACKAGE_NAME where none is given
  KernelRange range;                 // BUILD_EXCLUSIVE_*
  // Shell that was not evaluated: its first line each. What it sets is not known here; dkms, which runs it, knows.
  std::vector<std::string> unread;
};

// Understands plain assignments, quoted or not, over several lines or not, with variables in them that the file sets
// itself. Conditions, loops and commands are left unread. Errors are kInput and name `source`.
Result<DkmsConf> ParseDkmsConf(const std::string& text, const std::string& source);

}  // namespace vfqual
