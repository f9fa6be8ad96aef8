// A host for unit tests: files in memory, scripted commands, injected errors. Everything written is recorded.
#pragma once

#include <functional>
#include <map>
#include <string>
#include <vector>

#include "harness/base/host.h"

namespace vfqual {

class FakeHost final : public Host {
 public:
  struct Write {
    std::string path;
    std::string content;
    friend bool operator==(const Write&, const Write&) = default;
  };

  std::string Name() const override { return "fake"; }
  Result<Completed> Run(const Command& command) override;
  Result<std::string> ReadFile(const std::string& path, std::size_t max_bytes) override;
  Status WriteAttribute(const std::string& path, std::string_view content) override;
  Status WriteFile(const std::string& path, std::string_view content, unsigned mode) override;
  Result<std::vector<std::string>> List(const std::string& path) override;
  Result<std::string> ReadLink(const std::string& path) override;
  Result<bool> Exists(const std::string& path) override;
  Status Remove(const std::string& path) override;

  void SetFile(const std::string& path, std::string content) { files_[path] = std::move(content); }
  void SetLink(const std::string& path, std::string target) { links_[path] = std::move(target); }
  // A command whose argv joined by spaces starts with `prefix` answers so; the longest prefix wins.
  // A command that nothing answers fails to start with ENOENT.
  void Answer(const std::string& prefix, Completed completed);
  void Answer(const std::string& prefix, std::function<Completed(const Command&)> answer);
  // The next operations on `path` (read, write, list) fail with this errno.
  void FailPath(const std::string& path, int sys_errno) { path_errors_[path] = sys_errno; }
  // Called after each WriteAttribute that went through: lets a test play the kernel (sriov_numvfs makes virtfnN).
  void OnWrite(const std::string& path, std::function<void(const std::string&)> reaction);

  const std::vector<Write>& Writes() const { return writes_; }
  const std::vector<std::vector<std::string>>& Commands() const { return commands_; }

 private:
  Status Injected(const std::string& path) const;

  std::map<std::string, std::string> files_;
  std::map<std::string, std::string> links_;
  std::map<std::string, std::function<Completed(const Command&)>> answers_;
  std::map<std::string, int> path_errors_;
  std::map<std::string, std::function<void(const std::string&)>> reactions_;
  std::vector<Write> writes_;
  std::vector<std::vector<std::string>> commands_;
};

}  // namespace vfqual
