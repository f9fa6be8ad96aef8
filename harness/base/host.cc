#include "harness/base/host.h"

namespace vfqual {

Result<std::string> Host::ReadTrimmed(const std::string& path) {
  auto text = Read(path);
  if (!text) return text;
  const auto end = text->find_last_not_of(" \t\r\n");
  text->erase(end == std::string::npos ? 0 : end + 1);
  return text;
}

}  // namespace vfqual
