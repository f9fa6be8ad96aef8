// A guest agent for unit tests that speaks the real one's JSON: scripted programs and files in memory.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "harness/base/process.h"
#include "harness/guest/libvirt_api.h"

namespace vfqual {

class FakeAgent {
 public:
  // A program whose argv joined by spaces starts with `prefix` ends so after `polls` questions; the longest prefix
  // wins.
  void Answer(const std::string& prefix, Completed completed, int polls = 1);
  void SetFile(const std::string& path, std::string content) { files_[path] = std::move(content); }
  const std::map<std::string, std::string>& Files() const { return files_; }
  const std::vector<std::string>& Requests() const { return requests_; }  // as they came
  const std::vector<std::string>& Started() const { return started_; }    // argv joined by spaces

  // For FakeGuest::agent. `this` must outlive it.
  std::function<LibvirtResult<std::string>(const std::string&)> Script();

 private:
  struct Running {
    Completed completed;
    int polls_left = 0;
  };
  struct OpenFile {
    std::string path;
    std::size_t offset = 0;
  };

  LibvirtResult<std::string> Handle(const std::string& request);
  LibvirtResult<std::string> Start(const std::string& line);
  void Kill(const std::string& line);

  std::map<std::string, Running> programs_;
  std::map<std::int64_t, Running> running_;
  std::map<std::int64_t, OpenFile> open_;
  std::map<std::string, std::string> files_;
  std::vector<std::string> requests_;
  std::vector<std::string> started_;
  std::int64_t next_id_ = 1000;
};

}  // namespace vfqual
