#include "harness/base/file_lock.h"

#include <fcntl.h>
#include <sys/file.h>

#include <cerrno>
#include <chrono>
#include <thread>

namespace vfqual {

namespace {

constexpr auto kLockPollInterval = std::chrono::milliseconds(200);
constexpr mode_t kLockMode = 0600;

}  // namespace

Result<FileLock> FileLock::Take(const std::filesystem::path& file, const std::function<void()>& on_wait,
                                const std::function<bool()>& cancelled) {
  UniqueFd fd(open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, kLockMode));
  if (!fd.Valid()) return FailErrno(file.string(), errno);
  for (bool waited = false; flock(fd.Get(), LOCK_EX | LOCK_NB) != 0;) {
    if (errno == EINTR) continue;
    if (errno != EWOULDBLOCK) return FailErrno(file.string(), errno);
    if (!waited && on_wait) on_wait();
    waited = true;
    if (cancelled && cancelled()) return Fail("cancelled while another process builds the same image");
    std::this_thread::sleep_for(kLockPollInterval);
  }
  return FileLock(std::move(fd));
}

}  // namespace vfqual
