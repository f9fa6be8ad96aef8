// What the lab itself spends its time on: lab.json of a run folder.
#pragma once

#include <chrono>
#include <string>
#include <utility>
#include <vector>

namespace vfqual {

struct StageTime {
  std::string name;  // "images", "probe", "programs", "payload", "boot", "mount", "run", "fetch", "stop"
  int attempt = 1;
  double seconds = 0;
  bool waiting = false;  // for a build, a boot or the run inside; else it is the lab's own work
};

class StageTimes {
 public:
  using Clock = std::chrono::steady_clock;

  // The result of `work`, and how long it took.
  template <class Work>
  auto Measure(std::string name, bool waiting, Work&& work) {
    const Recorder recorder(*this, std::move(name), waiting);
    return std::forward<Work>(work)();
  }
  void SetAttempt(int attempt) { attempt_ = attempt; }
  const std::vector<StageTime>& All() const { return times_; }
  double Seconds() const { return std::chrono::duration<double>(Clock::now() - started_).count(); }

 private:
  class Recorder {
   public:
    Recorder(StageTimes& times, std::string name, bool waiting)
        : times_(times), name_(std::move(name)), waiting_(waiting) {}
    Recorder(const Recorder&) = delete;
    Recorder& operator=(const Recorder&) = delete;
    ~Recorder() {
      const double seconds = std::chrono::duration<double>(Clock::now() - started_).count();
      times_.times_.push_back({std::move(name_), times_.attempt_, seconds, waiting_});
    }

   private:
    StageTimes& times_;
    std::string name_;
    bool waiting_;
    Clock::time_point started_ = Clock::now();
  };

  Clock::time_point started_ = Clock::now();
  std::vector<StageTime> times_;
  int attempt_ = 1;
};

}  // namespace vfqual
