// What drivers, DKMS and QEMU print when a layer fails (failure-messages.json), whether anyone published the failure or
// not.
#pragma once

#include <string>
#include <tl/expected.hpp>
#include <vector>

namespace vfqual::reports {

struct FailureMessage {
  std::string pattern;  // see LineScanner
  std::string stage;    // empty: it tells no stage
  std::string meaning;
  std::string next;  // what to try
};

tl::expected<std::vector<FailureMessage>, std::string> LoadFailureMessages();

}  // namespace vfqual::reports
