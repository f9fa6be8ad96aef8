#include "harness/guest/domain_marker.h"

#include <fmt/format.h>

#include <charconv>
#include <optional>
#include <pugixml.hpp>
#include <string>

namespace vfqual {

namespace {

// libvirt prints an element with the prefix that its creator gave it, and its xmlns attribute on the element itself.
bool IsMarker(const pugi::xml_node& node) {
  const std::string_view name = node.name();
  const auto colon = name.find(':');
  if (colon == std::string_view::npos || name.substr(colon + 1) != "guest") return false;
  const std::string declaration = "xmlns:" + std::string(name.substr(0, colon));
  return std::string_view(node.attribute(declaration.c_str()).value()) == kMarkerNamespace;
}

// "0x02" as libvirt prints parts of a PCI address.
std::optional<unsigned> HexPart(const pugi::xml_node& address, const char* part, unsigned limit) {
  std::string_view text = address.attribute(part).value();
  if (!text.starts_with("0x")) return std::nullopt;
  text.remove_prefix(2);
  unsigned value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value, 16);
  if (error != std::errc{} || end != text.data() + text.size() || value > limit) return std::nullopt;
  return value;
}

std::optional<std::string> AddressText(const pugi::xml_node& address) {
  const auto domain = HexPart(address, "domain", 0xffff);
  const auto bus = HexPart(address, "bus", 0xff);
  const auto slot = HexPart(address, "slot", 0x1f);
  const auto function = HexPart(address, "function", 7);
  if (!domain || !bus || !slot || !function) return std::nullopt;
  return fmt::format("{:04x}:{:02x}:{:02x}.{:x}", *domain, *bus, *slot, *function);
}

}  // namespace

DomainFacts ReadDomainFacts(std::string_view xml) {
  DomainFacts facts;
  pugi::xml_document document;
  if (!document.load_buffer(xml.data(), xml.size())) return facts;
  const pugi::xml_node domain = document.child("domain");
  for (const pugi::xml_node& node : domain.child("metadata").children()) {
    if (!IsMarker(node)) continue;
    facts.marker = DomainMarker{node.attribute("run").value(), node.attribute("console").value()};
  }
  for (const pugi::xml_node& device : domain.child("devices").children("hostdev")) {
    if (std::string_view(device.attribute("type").value()) != "pci") continue;
    if (auto address = AddressText(device.child("source").child("address"))) {
      facts.pci_devices.push_back(*std::move(address));
    }
  }
  for (const pugi::xml_node& channel : domain.child("devices").children("channel")) {
    const pugi::xml_node target = channel.child("target");
    if (std::string_view(target.attribute("name").value()) != "org.qemu.guest_agent.0") continue;
    facts.agent_connected = std::string_view(target.attribute("state").value()) == "connected";
  }
  return facts;
}

}  // namespace vfqual
