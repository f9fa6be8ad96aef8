// Builds what guests run while the lab's machine already boots and builds the module: that is the work of one emulated
// processor, and this machine has more than one.
#pragma once

#include <atomic>
#include <chrono>
#include <filesystem>
#include <functional>
#include <future>
#include <string>

#include "harness/base/host.h"
#include "harness/base/result.h"

namespace vfqual {

class ProgramsBuild {
 public:
  // Starts `builder`, a program without arguments. Each line that it prints is given to `print`, on another thread.
  ProgramsBuild(Host& local, const std::filesystem::path& builder, std::function<void(const std::string&)> print);
  ProgramsBuild(const ProgramsBuild&) = delete;
  ProgramsBuild& operator=(const ProgramsBuild&) = delete;
  ~ProgramsBuild();  // ends it

  // Whether it has ended, waiting so long at most.
  bool Ended(std::chrono::milliseconds wait) const;
  // The same, waiting until it has run for so long.
  bool EndsWithin(std::chrono::milliseconds of_its_start) const;
  // Waits for its end. An error when it failed; the builder has printed why.
  Status Outcome() const { return outcome_.get(); }

 private:
  std::chrono::steady_clock::time_point started_ = std::chrono::steady_clock::now();
  std::atomic<bool> cancelled_{false};
  std::shared_future<Status> outcome_;
};

}  // namespace vfqual
