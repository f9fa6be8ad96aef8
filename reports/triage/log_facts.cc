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

// The platform's id of a PCI device id; empty where no platform has it.
using PlatformOf = std::function<std::string(const std::string&)>;

struct FactKind {
  const char* pattern;  // see LineScanner
  void (*note)(std::string_view line, const PlatformOf& platform_of, LogFacts& facts);
};

void NoteKernel(std::string_view line, const PlatformOf& /*platform_of*/, LogFacts& facts) {
  Keep(facts.kind, "kernel log");
  if (facts.known.kernel.empty()) Keep(facts.known.kernel, WordAfter(line, "Linux version "));
}

// "DKMS make.log for i915-sriov-dkms-2026.03.05.1 for kernel 6.12.107+deb13-amd64 (x86_64)" (dkms 3), "DKMS
// (dkms-3.2.2) make.log for i915-sriov-dkms/2026.03.05.1 for kernel …" (later ones).
void NoteDkms(std::string_view line, const PlatformOf& /*platform_of*/, LogFacts& facts) {
  Keep(facts.kind, "DKMS make.log");
  const std::string_view module = WordAfter(line, "make.log for ");
  Keep(facts.known.module_version, module.substr(module.find_last_of("-/") + 1));
  Keep(facts.known.kernel, WordAfter(line, "for kernel "));
}

void NoteDevice(std::string_view line, const PlatformOf& platform_of, LogFacts& facts) {
  Keep(facts.kind, "kernel log");
  if (facts.known.platform.empty())
    Keep(facts.known.platform, platform_of(std::string(WordAfter(line, "[8086:", "]"))));
}

// A lab host is itself a guest: what has the PF is the host.
void NotePf(std::string_view line, const PlatformOf& /*platform_of*/, LogFacts& facts) {
  Keep(facts.kind, "kernel log");
  facts.has_pf = true;
  facts.known.side = "host";
  if (facts.known.driver.empty()) Keep(facts.known.driver, WordAfter(line, "xe 0000:").empty() ? "i915" : "xe");
}

void NoteHypervisor(std::string_view /*line*/, const PlatformOf& /*platform_of*/, LogFacts& facts) {
  Keep(facts.kind, "kernel log");
  Keep(facts.known.side, "guest-linux");
}

void NoteDriver(std::string_view line, const PlatformOf& /*platform_of*/, LogFacts& facts) {
  Keep(facts.kind, "kernel log");
  if (facts.known.driver.empty()) Keep(facts.known.driver, WordAfter(line, "Initialized "));
}

void NoteVf(std::string_view /*line*/, const PlatformOf& /*platform_of*/, LogFacts& facts) {
  Keep(facts.kind, "kernel log");
}

void NoteQemu(std::string_view /*line*/, const PlatformOf& /*platform_of*/, LogFacts& facts) {
  Keep(facts.kind, "QEMU or libvirt log");
  Keep(facts.known.side, "host");
}

constexpr FactKind kFactKinds[] = {
    {"Linux version \\d", NoteKernel},
    {"make\\.log for ", NoteDkms},
    {"\\[8086:[0-9a-f]{4}\\] type 00 class 0x03", NoteDevice},
    {"\\[8086:5845\\] type 00", NoteDevice},
    {"Running in SR-IOV PF mode", NotePf},
    {"Running in SR-IOV VF mode", NoteVf},
    {"Hypervisor detected: ", NoteHypervisor},
    {"(?:starting up libvirt version|LC_ALL=C .*qemu-system|qemu-system-\\w+: |libvirtd\\[\\d+\\]: |char device "
     "redirected to)",
     NoteQemu},
    {"Initialized (?:i915|xe) \\d", NoteDriver},
};

}  // namespace

std::vector<std::string> FactPatterns() {
  std::vector<std::string> patterns;
  for (const FactKind& kind : kFactKinds) patterns.emplace_back(kind.pattern);
  return patterns;
}

void NoteFact(std::size_t pattern, std::string_view line, const PlatformOf& platform_of, LogFacts& facts) {
  kFactKinds[pattern].note(line, platform_of, facts);
}

void AddFacts(const LogFacts& later, LogFacts& facts) {
  Keep(facts.kind, later.kind);
  if (later.has_pf) facts.known.side = later.known.side;
  facts.has_pf = facts.has_pf || later.has_pf;
  Keep(facts.known.side, later.known.side);
  Keep(facts.known.kernel, later.known.kernel);
  Keep(facts.known.module_version, later.known.module_version);
  Keep(facts.known.driver, later.known.driver);
  Keep(facts.known.platform, later.known.platform);
}

}  // namespace vfqual::reports
