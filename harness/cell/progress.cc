#include "harness/cell/progress.h"

#include <fmt/format.h>

#include <condition_variable>

namespace vfqual {

namespace {

double SecondsSince(std::chrono::steady_clock::time_point start) {
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

}  // namespace

Progress::Progress(std::FILE* out, bool live) : out_(out), live_(live) {
  if (!live_) return;
  ticker_ = std::jthread([this](const std::stop_token& stop) {
    std::condition_variable_any wake;
    std::unique_lock lock(mutex_);
    while (!stop.stop_requested()) {
      DrawLive();
      wake.wait_for(lock, stop, std::chrono::seconds(1), [] { return false; });
    }
    ClearLive();
  });
}

Progress::~Progress() = default;

void Progress::Note(const std::string& text) {
  const std::lock_guard lock(mutex_);
  PrintLine(text);
}

void Progress::StageStarted(const std::string& who, const std::string& stage) {
  const std::lock_guard lock(mutex_);
  running_[who] = {stage, Clock::now()};
  DrawLive();
}

void Progress::StageDetail(const std::string& who, const std::string& stage) {
  const std::lock_guard lock(mutex_);
  if (const auto found = running_.find(who); found != running_.end()) found->second.first = stage;
}

void Progress::StageEnded(const std::string& who, const std::string& stage, const std::string& verdict,
                          const std::string& reason) {
  const std::lock_guard lock(mutex_);
  double seconds = 0;
  if (const auto found = running_.find(who); found != running_.end()) {
    seconds = SecondsSince(found->second.second);
    running_.erase(found);
  }
  std::string line = fmt::format("{:<6} {:<9} {:<5} {:6.1f} s", who, stage, verdict, seconds);
  if (!reason.empty()) line += "  " + reason;
  PrintLine(line);
}

void Progress::PrintLine(const std::string& line) {
  ClearLive();
  std::string shown;
  for (const char letter : line) shown += static_cast<unsigned char>(letter) < 0x20 ? ' ' : letter;
  fmt::print(out_, "[{:6.1f} s] {}\n", SecondsSince(started_), shown);
  std::fflush(out_);
  DrawLive();
}

void Progress::DrawLive() {
  if (!live_ || running_.empty()) return;
  ClearLive();
  std::string line;
  for (const auto& [who, stage] : running_) {
    line += fmt::format("{}{} {} {:.0f} s", line.empty() ? "" : " · ", who, stage.first, SecondsSince(stage.second));
  }
  fmt::print(out_, "{:.110}", line);
  std::fflush(out_);
  drawn_ = true;
}

void Progress::ClearLive() {
  if (!drawn_) return;
  fmt::print(out_, "\r\x1b[K");
  drawn_ = false;
}

}  // namespace vfqual
