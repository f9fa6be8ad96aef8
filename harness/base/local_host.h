#pragma once

#include "harness/base/host.h"

namespace vfqual {

class LocalHost final : public Host {
 public:
  std::string Name() const override { return "local"; }
  Result<Completed> Run(const Command& command) override { return RunProcess(command); }
  Result<std::string> ReadFile(const std::string& path, std::size_t max_bytes) override;
  Status WriteAttribute(const std::string& path, std::string_view content) override;
  Status WriteFile(const std::string& path, std::string_view content, unsigned mode) override;
  Result<std::vector<std::string>> List(const std::string& path) override;
  Result<std::string> ReadLink(const std::string& path) override;
  Result<bool> Exists(const std::string& path) override;
  Status Remove(const std::string& path) override;
};

}  // namespace vfqual
