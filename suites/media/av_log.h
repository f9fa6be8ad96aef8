// What libavcodec logs while it fails, so that a test's reason can name libva's status.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace vfqual::suites {

// Collects the errors that this thread's calls log, as long as it lives. The newest of a thread
// gets them. Nothing is printed.
class AvLog {
 public:
  AvLog();
  ~AvLog();
  AvLog(const AvLog&) = delete;
  AvLog& operator=(const AvLog&) = delete;

  // "avcodec_send_frame: Input/output error (Failed to end picture encode issue: 23 (hardware busy).)"
  std::string Failed(std::string_view call, int error) const;

  void Add(std::string line) { lines_.push_back(std::move(line)); }

 private:
  AvLog* outer_;
  std::vector<std::string> lines_;
};

}  // namespace vfqual::suites
