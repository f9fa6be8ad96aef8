// A copy of a run's journal on this machine, as it grows there: what is left of it when the host under test dies.
#pragma once

#include <atomic>
#include <filesystem>
#include <string>
#include <thread>

#include "harness/base/host.h"

namespace vfqual {

class JournalMirror {
 public:
  // Follows `remote` (which need not exist yet) until Stop.
  JournalMirror(Host& host, std::string remote, std::filesystem::path local);
  JournalMirror(const JournalMirror&) = delete;
  JournalMirror& operator=(const JournalMirror&) = delete;
  ~JournalMirror() { Stop(); }

  void RequestStop() { stopped_ = true; }  // Stop without waiting for it
  void Stop();

 private:
  void Follow(Host& host, const std::string& remote, const std::filesystem::path& local) const;

  std::atomic<bool> stopped_{false};
  std::thread thread_;
};

}  // namespace vfqual
