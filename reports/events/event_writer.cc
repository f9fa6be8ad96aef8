#include "reports/events/event_writer.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <utility>

#include "reports/model/text.h"

namespace vfqual::reports {

namespace {

using Json = nlohmann::ordered_json;

TimeMs Now() {
  return std::chrono::floor<std::chrono::milliseconds>(std::chrono::system_clock::now());
}

void BoundText(Json& value) {
  if (value.is_string()) {
    const auto& text = value.get_ref<const std::string&>();
    if (text.size() > kMaxFieldBytes || !IsValidUtf8(text)) value = BoundedText(text);
    return;
  }
  if (!value.is_structured()) return;
  for (Json& child : value) BoundText(child);
}

}  // namespace

tl::expected<std::unique_ptr<EventWriter>, std::string> EventWriter::Create(const std::string& path) {
  return Create(path, Now);
}

tl::expected<std::unique_ptr<EventWriter>, std::string> EventWriter::Create(const std::string& path, Clock clock) {
  const int fd = open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_APPEND | O_CLOEXEC, 0644);
  if (fd < 0) return tl::unexpected(fmt::format("cannot create the journal {}: {}", path, strerrordesc_np(errno)));
  return std::unique_ptr<EventWriter>(new EventWriter(fd, std::move(clock)));
}

EventWriter::EventWriter(int fd, Clock clock) : fd_(fd), clock_(std::move(clock)) {}

EventWriter::~EventWriter() {
  close(fd_);
}

void EventWriter::Write(const Event& event) noexcept {
  try {
    const std::lock_guard lock(mutex_);
    try {
      WriteLocked(event);
    } catch (const std::exception& error) {
      KeepError(fmt::format("cannot journal {}: {}", event.name, error.what()));
    }
  } catch (...) {
    // Only a broken mutex or a failing allocation of the error's text comes here: there is nothing left to tell it
    // with.
    return;
  }
}

void EventWriter::WriteLocked(const Event& event) {
  Json line = Json::object();
  const std::uint64_t seq = next_seq_++;
  if (seq == 0) line["schema"] = kEventsSchema;
  line["seq"] = seq;
  line["time"] = FormatTime(clock_());
  line["event"] = event.name;
  for (const auto& [key, value] : event.fields.items()) line[key] = value;
  BoundText(line);
  // Keys can hold bad UTF-8 too, so the dump replaces it as well.
  std::string text = line.dump(-1, ' ', false, Json::error_handler_t::replace) + "\n";
  if (inside_line_) text.insert(0, "\n");
  std::size_t written = 0;
  while (written < text.size()) {
    const ssize_t count = write(fd_, text.data() + written, text.size() - written);
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) {
      if (written > 0) inside_line_ = true;
      KeepError(fmt::format("cannot write line {} of the journal: {}", seq, strerrordesc_np(errno)));
      return;
    }
    written += static_cast<std::size_t>(count);
  }
  inside_line_ = false;
}

void EventWriter::Sync() noexcept {
  try {
    const std::lock_guard lock(mutex_);
    if (fdatasync(fd_) != 0 && errno != EINVAL) {
      KeepError(fmt::format("cannot sync the journal: {}", strerrordesc_np(errno)));
    }
  } catch (...) {
    return;
  }
}

void EventWriter::KeepError(std::string error) {
  if (first_error_.empty()) first_error_ = std::move(error);
}

std::string EventWriter::FirstError() const {
  const std::lock_guard lock(mutex_);
  return first_error_;
}

}  // namespace vfqual::reports
