// DomainSpec to libvirt's domain XML (https://libvirt.org/formatdomain.html).
#pragma once

#include <string>

#include "harness/base/result.h"
#include "harness/guest/domain_spec.h"

namespace vfqual {

// Errors (blame: input) name the field: an empty or ill-formed name, a relative path, a VF with
// function 0 (a second look behind the PF guard), a guest without anything to boot. Text is escaped by the XML library,
// control characters are refused.
Result<std::string> DomainXml(const DomainSpec& spec);

}  // namespace vfqual
