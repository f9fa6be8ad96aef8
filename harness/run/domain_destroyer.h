#pragma once

#include <string>

#include "harness/base/changes/change_log.h"

namespace vfqual {

// Ends a domain of vfqual's through libvirt at `uri`. A domain that is gone, and a host without libvirt (where there
// can be none), are no error.
ChangeLog::DomainDestroyer MakeDomainDestroyer(const std::string& uri);

}  // namespace vfqual
