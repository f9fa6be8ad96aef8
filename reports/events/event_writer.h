// Appends events to a run's journal. Each line is one write(2), so a host that dies keeps all lines up to that moment.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <tl/expected.hpp>

#include "reports/events/event.h"
#include "reports/events/timestamp.h"

namespace vfqual::reports {

// Called from several threads: guests run in parallel. Nothing here throws.
class EventWriter {
 public:
  using Clock = std::function<TimeMs()>;

  // Creates the file, which must not exist yet; the error names the path and the cause.
  static tl::expected<std::unique_ptr<EventWriter>, std::string> Create(const std::string& path);
  static tl::expected<std::unique_ptr<EventWriter>, std::string> Create(const std::string& path, Clock clock);

  EventWriter(const EventWriter&) = delete;
  EventWriter& operator=(const EventWriter&) = delete;
  ~EventWriter();

  // Adds seq, time and, on the first line, the schema. Text is bounded and made valid UTF-8.
  void Write(const Event& event) noexcept;

  // Waits until all lines are on the disk: before a step that may take the host down.
  void Sync() noexcept;

  // The first failure to write, empty if there was none. A line that was lost shows as a gap in seq.
  std::string FirstError() const;

 private:
  EventWriter(int fd, Clock clock);
  void WriteLocked(const Event& event);
  void KeepError(std::string error);

  mutable std::mutex mutex_;
  int fd_;
  Clock clock_;
  std::uint64_t next_seq_ = 0;
  bool inside_line_ = false;  // a write ended in the middle of a line
  std::string first_error_;
};

}  // namespace vfqual::reports
