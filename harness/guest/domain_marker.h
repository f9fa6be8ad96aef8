// The mark in a domain's metadata that makes it vfqual's: what lacks it is foreign and never touched.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace vfqual {

inline constexpr const char* kMarkerNamespace = "urn:vfqual:guest:1";

struct DomainMarker {
  std::string run_id;
  std::string console_log;  // empty: not kept
};

// What vfqual reads out of any domain's XML.
struct DomainFacts {
  std::optional<DomainMarker> marker;    // set: the domain is vfqual's
  std::vector<std::string> pci_devices;  // host PCI addresses passed through, "0000:00:02.1"
  bool agent_connected = false;          // the guest agent has opened its channel
};

// Nothing of it is trusted: XML that does not parse gives no marker and no devices.
DomainFacts ReadDomainFacts(std::string_view xml);

}  // namespace vfqual
