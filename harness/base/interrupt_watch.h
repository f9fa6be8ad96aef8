#pragma once

#include <csignal>

namespace vfqual {

// Holds SIGINT, SIGTERM and SIGHUP back while it lives, so that long work can end cleanly (stop programs, put back what
// was changed) instead of dying in the middle. Make it before any thread, in the command's callback; hand Interrupted()
// on as Command.cancelled and the like.
class InterruptWatch {
 public:
  InterruptWatch();
  InterruptWatch(const InterruptWatch&) = delete;
  InterruptWatch& operator=(const InterruptWatch&) = delete;
  ~InterruptWatch();  // swallows the held-back signals: whoever was interrupted has acted on it

  bool Interrupted() const;

 private:
  sigset_t watched_{};
  sigset_t before_{};
};

}  // namespace vfqual
