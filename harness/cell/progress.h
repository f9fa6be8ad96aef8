// What a person sees while a run goes on: a line when a stage ends; on a terminal also one live line with what runs.
#pragma once

#include <chrono>
#include <cstdio>
#include <map>
#include <mutex>
#include <string>
#include <thread>

namespace vfqual {

// Thread-safe: guests report from their own threads.
class Progress {
 public:
  // `live`: draw the live line (stdout is a terminal).
  Progress(std::FILE* out, bool live);
  ~Progress();
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;

  void Note(const std::string& text);
  // `who` is "host" or a guest's name.
  void StageStarted(const std::string& who, const std::string& stage);
  // What the stage is at, beside the time it runs: "12 objects".
  void StageDetail(const std::string& who, const std::string& stage);
  void StageEnded(const std::string& who, const std::string& stage, const std::string& verdict,
                  const std::string& reason);

 private:
  using Clock = std::chrono::steady_clock;

  void PrintLine(const std::string& line);
  void DrawLive();
  void ClearLive();

  std::FILE* out_;
  bool live_;
  Clock::time_point started_ = Clock::now();
  std::mutex mutex_;
  std::map<std::string, std::pair<std::string, Clock::time_point>> running_;  // who → stage, since
  bool drawn_ = false;
  std::jthread ticker_;
};

}  // namespace vfqual
