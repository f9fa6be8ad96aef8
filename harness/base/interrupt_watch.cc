#include "harness/base/interrupt_watch.h"

#include <array>
#include <ctime>

namespace vfqual {

namespace {

constexpr std::array kWatched{SIGINT, SIGTERM, SIGHUP};

}  // namespace

InterruptWatch::InterruptWatch() {
  sigemptyset(&watched_);
  for (const int number : kWatched) sigaddset(&watched_, number);
  pthread_sigmask(SIG_BLOCK, &watched_, &before_);
}

InterruptWatch::~InterruptWatch() {
  const timespec now{};
  while (sigtimedwait(&watched_, nullptr, &now) > 0) {
  }
  pthread_sigmask(SIG_SETMASK, &before_, nullptr);
}

bool InterruptWatch::Interrupted() const {
  sigset_t pending;
  sigemptyset(&pending);
  sigpending(&pending);
  for (const int number : kWatched) {
    if (sigismember(&pending, number) == 1) return true;
  }
  return false;
}

}  // namespace vfqual
