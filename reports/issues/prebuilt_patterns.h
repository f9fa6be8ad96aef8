// The pattern sets that the build compiled (compile_patterns.cc): compiling them takes longer than reading a 100 MB
// log.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace vfqual::reports {

struct PrebuiltPatterns {
  std::string_view patterns;  // as JoinPatterns has them: these and no others are what the database was made of
  std::string_view database;  // of hs_serialize_database
};

// The fastest first, of those with the same patterns; a processor or a library that one is not made for refuses it.
std::span<const PrebuiltPatterns> AllPrebuiltPatterns();

std::string JoinPatterns(const std::vector<std::string>& patterns);

}  // namespace vfqual::reports
