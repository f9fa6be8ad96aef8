// A dkms.conf, read without running it (dkms(8), "DKMS.CONF"; the file is shell that dkms sources).
#pragma once

#include <string>
#include <vector>

#include "harness/base/result.h"

namespace vfqual {

struct DkmsConf {
  std::string name;                  // PACKAGE_NAME
  std::string version;               // PACKAGE_VERSION
  std::vector<std::string> modules;  // BUILT_MODULE_NAME[…]; PACKAGE_NAME where none is given
};

// Understands plain assignments, quoted or not, with $PACKAGE_NAME and $PACKAGE_VERSION in them.
// Errors are kInput and name `source`.
Result<DkmsConf> ParseDkmsConf(const std::string& text, const std::string& source);

}  // namespace vfqual
