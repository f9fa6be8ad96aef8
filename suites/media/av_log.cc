#include "suites/media/av_log.h"

extern "C" {
#include <libavutil/error.h>
#include <libavutil/log.h>
}
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <array>
#include <cstdio>

namespace vfqual::suites {
namespace {

thread_local AvLog* current_log = nullptr;

void Collect(void* /*source*/, int level, const char* format, va_list arguments) {
  if (current_log == nullptr || level > AV_LOG_ERROR) return;
  std::array<char, 512> text{};
  std::vsnprintf(text.data(), text.size(), format, arguments);
  std::string line(text.data());
  while (!line.empty() && (line.back() == '\n' || line.back() == '.')) line.pop_back();
  current_log->Add(std::move(line));
}

}  // namespace

AvLog::AvLog() : outer_(current_log) {
  current_log = this;
  av_log_set_callback(Collect);
}

AvLog::~AvLog() {
  current_log = outer_;
}

std::string AvLog::Failed(std::string_view call, int error) const {
  std::array<char, AV_ERROR_MAX_STRING_SIZE> text{};
  av_strerror(error, text.data(), text.size());
  if (lines_.empty()) return fmt::format("{}: {}", call, text.data());
  return fmt::format("{}: {} ({})", call, text.data(), fmt::join(lines_, "; "));
}

}  // namespace vfqual::suites
