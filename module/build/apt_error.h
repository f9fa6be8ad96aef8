// What apt said when it failed, as one error: what, and what to do.
#pragma once

#include <optional>
#include <string>

#include "harness/base/process.h"
#include "harness/base/result.h"

namespace vfqual {

// `suite` is what was looked into, `said` what apt printed. Known: no such suite, no signature of a trusted key, no
// network, a full disk.
std::optional<Error> KnownAptError(const std::string& suite, const std::string& said);

// The same, or apt's own words.
Error AptError(const std::string& suite, const Completed& completed);

}  // namespace vfqual
