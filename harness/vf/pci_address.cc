#include "harness/vf/pci_address.h"

#include <fmt/format.h>

#include <charconv>

namespace vfqual {

namespace {

// Takes a hexadecimal number of exactly `digits` digits off the front of `rest`.
bool TakeHex(std::string_view& rest, std::size_t digits, unsigned& value) {
  if (rest.size() < digits) return false;
  const char* end = rest.data() + digits;
  const auto parsed = std::from_chars(rest.data(), end, value, 16);
  if (parsed.ec != std::errc() || parsed.ptr != end) return false;
  rest.remove_prefix(digits);
  return true;
}

bool TakeChar(std::string_view& rest, char wanted) {
  if (rest.empty() || rest.front() != wanted) return false;
  rest.remove_prefix(1);
  return true;
}

}  // namespace

std::string PciAddress::ToString() const {
  return fmt::format("{:04x}:{:02x}:{:02x}.{:x}", domain, bus, device, function);
}

std::string PciAddress::SysfsPath() const {
  return "/sys/bus/pci/devices/" + ToString();
}

Result<PciAddress> ParsePciAddress(std::string_view text) {
  PciAddress address;
  std::string_view rest = text;
  const bool with_domain = rest.size() > 4 && rest[4] == ':';
  const bool good = (!with_domain || (TakeHex(rest, 4, address.domain) && TakeChar(rest, ':'))) &&
                    TakeHex(rest, 2, address.bus) && TakeChar(rest, ':') && TakeHex(rest, 2, address.device) &&
                    TakeChar(rest, '.') && TakeHex(rest, 1, address.function) && rest.empty();
  if (!good || address.device > 31 || address.function > 7) {
    return FailInput(fmt::format("'{}' is no PCI address", text), "write it as 0000:00:02.1");
  }
  return address;
}

PciAddress VfAddress(const PciAddress& pf, int vf, unsigned offset, unsigned stride) {
  const unsigned routing_id = pf.RoutingId() + offset + static_cast<unsigned>(vf - 1) * stride;
  return {pf.domain, (routing_id >> 8U) & 0xffU, (routing_id >> 3U) & 0x1fU, routing_id & 7U};
}

}  // namespace vfqual
