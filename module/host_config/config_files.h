// The host's configuration files as they are to become: reads through to the host, and holds what is changed.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "harness/base/host.h"

namespace vfqual::host_config {

// A file that is not there is std::nullopt. Paths are resolved where they are links.
using FileText = std::optional<std::string>;

class ConfigFiles {
 public:
  explicit ConfigFiles(Host& host) : host_(host) {}

  Host& OnHost() { return host_; }
  Result<FileText> Read(const std::string& path);
  // Names in a folder that end so, sorted, with those that were set; {} where there is no folder.
  Result<std::vector<std::string>> List(const std::string& folder, const std::string& ending);
  Status Set(const std::string& path, FileText text);
  // All that was set, whether it differs from the host's or not.
  const std::map<std::string, FileText>& Changed() const { return changed_; }

 private:
  Result<std::string> Resolve(std::string path);

  Host& host_;
  std::map<std::string, FileText> changed_;
};

// The host's text now, with no overlay.
Result<FileText> ReadIfThere(Host& host, const std::string& path);

}  // namespace vfqual::host_config
