#include "reports/triage/log_facts.h"

#include "reports/model/text.h"

namespace vfqual::reports {

namespace {

constexpr std::size_t kMaxFactBytes = 200;

void Keep(std::string& fact, std::string_view value) {
  if (fact.empty()) fact = VisibleText(value, kMaxFactBytes);
}

// The word after `mark`; empty where the line has no such mark.
std::string_view WordAfter(std::string_view line, std::string_view mark, std::string_view end = " ") {
  const std::size_t at = line.find(mark);
  if (at == std::string_view::npos) return {};
  line.remove_prefix(at + mark.size());
  return line.substr(0, line.find_first_of(end));
}

bool Has(std::string_view line, std::string_view mark) {
  return line.find(mark) != std::string_view::npos;
}

// "DKMS make.log for i915-sriov-dkms-2026.03.05.1 for kernel 6.12.107+deb13-amd64 (x86_64)" (dkms 3), "DKMS
// (dkms-3.2.2) make.log for i915-sriov-dkms/2026.03.05.1 for kernel …" (later ones).
void NoteDkms(std::string_view line, LogFacts& facts) {
  Keep(facts.kind, "DKMS make.log");
  const std::string_view module = WordAfter(line, "make.log for ");
  Keep(facts.known.module_version, module.substr(module.find_last_of("-/") + 1));
  Keep(facts.known.kernel, WordAfter(line, "for kernel "));
}

}  // namespace

std::vector<std::string> FactPatterns() {
  return {"Linux version \\d",
          "make\\.log for ",
          "\\[8086:[0-9a-f]{4}\\] type 00 class 0x03",
          "\\[8086:5845\\] type 00",
          "Running in SR-IOV [PV]F mode",
          "Hypervisor detected: ",
          "(?:starting up libvirt version|LC_ALL=C .*qemu-system|qemu-system-\\w+: |libvirtd\\[\\d+\\]: |char device "
          "redirected to)",
          "Initialized (?:i915|xe) \\d"};
}

void NoteFact(std::string_view line, const std::function<std::string(const std::string&)>& platform_of,
              LogFacts& facts) {
  Circumstances& known = facts.known;
  if (Has(line, "make.log for ")) return NoteDkms(line, facts);
  if (Has(line, "libvirt") || Has(line, "qemu-system") || Has(line, "char device redirected")) {
    Keep(facts.kind, "QEMU or libvirt log");
    return Keep(known.side, "host");
  }
  Keep(facts.kind, "kernel log");
  if (Has(line, "Linux version ")) Keep(known.kernel, WordAfter(line, "Linux version "));
  if (Has(line, "Hypervisor detected")) Keep(known.side, "guest-linux");
  if (Has(line, "SR-IOV PF mode")) {
    // A lab host is itself a guest: what has the PF is the host.
    known.side = "host";
    Keep(known.driver, Has(line, "xe 0000:") ? "xe" : "i915");
  }
  if (Has(line, "Initialized xe ")) Keep(known.driver, "xe");
  if (Has(line, "Initialized i915 ")) Keep(known.driver, "i915");
  const std::string_view device = WordAfter(line, "[8086:", "]");
  if (!device.empty()) Keep(known.platform, platform_of(std::string(device)));
}

}  // namespace vfqual::reports
