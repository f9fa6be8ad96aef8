// Which processes hold a file open.
#pragma once

#include <string>
#include <vector>

#include "harness/base/host.h"

namespace vfqual {

// "Xorg (812)", …, each process once; sees every process only as root.
Result<std::vector<std::string>> ProcessesHolding(Host& host, const std::vector<std::string>& paths);

struct OpenFile {
  std::string process;  // its id
  std::string path;     // of the file
};

// Every open file whose path matches one of the patterns ("/dev/vfio/*"), by one find(1): over SSH a read of each entry
// of /proc would take minutes.
Result<std::vector<OpenFile>> FindOpenFiles(Host& host, const std::vector<std::string>& patterns);

}  // namespace vfqual
