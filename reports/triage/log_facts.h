// What lines of a log tell about where it comes from.
#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "reports/issues/conditions.h"

namespace vfqual::reports {

// Patterns (LineScanner) of the lines that NoteFact reads.
std::vector<std::string> FactPatterns();

struct LogFacts {
  Circumstances known;
  std::string kind;  // "kernel log", "DKMS make.log", "QEMU or libvirt log"; empty: nothing tells it
  bool has_pf = false;
};

// `pattern` counts in FactPatterns, and the line has it. A fact that is known already stays.
void NoteFact(std::size_t pattern, std::string_view line,
              const std::function<std::string(const std::string& device)>& platform_of, LogFacts& facts);

// Adds what a later part of the same log tells.
void AddFacts(const LogFacts& later, LogFacts& facts);

}  // namespace vfqual::reports
