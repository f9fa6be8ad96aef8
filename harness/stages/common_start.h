// One guest's way through a StartBarrier while its bench program runs. The program says by a file that all is prepared,
// and is told by another when to start (bench/start_line.h); both are seen to in the pauses between the questions
// whether it has ended, since a guest's agent answers one at a time.
#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "harness/base/result.h"
#include "harness/stages/start_barrier.h"
#include "harness/stages/suite_run.h"

namespace vfqual {

class CommonStart {
 public:
  struct Guest {
    std::size_t index = 0;  // at the barrier
    double clock_offset_s = 0;
    std::function<bool(const std::string& path)> has_file;
    std::function<Status(const std::string& path, const std::string& content)> write_file;
  };

  // `files`: the path of the two files there, less their endings; nothing of that name may lie there. The barrier must
  // outlive the object.
  CommonStart(StartBarrier& barrier, Guest guest, std::string files)
      : barrier_(barrier), guest_(std::move(guest)), files_(std::move(files)) {}

  // For the program.
  std::vector<std::string> Arguments() const;
  // `where`, whose next program starts with the others. This object must outlive it.
  Executor In(Executor where);
  // What went wrong with the start, for the report. Empty: nothing.
  const std::string& Trouble() const { return trouble_; }

 private:
  enum class Phase { kPreparing, kReady, kTold };

  void Look(const std::function<bool()>& cancelled);
  bool BecameReady(const std::function<bool()>& cancelled) const;
  void Tell(double start_s);
  std::string ReadyFile() const { return files_ + ".ready"; }
  std::string StartFile() const { return files_ + ".start"; }

  StartBarrier& barrier_;
  Guest guest_;
  std::string files_;
  Phase phase_ = Phase::kPreparing;
  std::string trouble_;
};

}  // namespace vfqual
