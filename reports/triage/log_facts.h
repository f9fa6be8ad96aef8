// What lines of a log tell about where it comes from.
#pragma once

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
};

// A fact that is known already stays.
void NoteFact(std::string_view line, const std::function<std::string(const std::string&)>& platform_of,
              LogFacts& facts);

}  // namespace vfqual::reports
