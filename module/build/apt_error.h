// What apt said when it failed, as one error: what, and what to do.
#pragma once

#include <string>

#include "harness/base/process.h"
#include "harness/base/result.h"

namespace vfqual {

// `suite` is what was looked into. Known: no such suite, no signature of a trusted key, no network, a full disk.
Error AptError(const std::string& suite, const Completed& completed);

}  // namespace vfqual
