#include "harness/lab/journal_mirror.h"

#include <chrono>
#include <fstream>
#include <utility>

namespace vfqual {

namespace {

constexpr std::size_t kMaxJournalBytes = std::size_t{256} << 20U;
constexpr std::chrono::hours kNoLimit{24};

}  // namespace

JournalMirror::JournalMirror(Host& host, std::string remote, std::filesystem::path local)
    : thread_([this, &host, remote = std::move(remote), local = std::move(local)] { Follow(host, remote, local); }) {}

void JournalMirror::Stop() {
  stopped_ = true;
  if (thread_.joinable()) thread_.join();
}

void JournalMirror::Follow(Host& host, const std::string& remote, const std::filesystem::path& local) const {
  std::ofstream journal(local, std::ios::binary);
  std::size_t room = kMaxJournalBytes;
  Command tail;
  tail.argv = {"tail", "--lines=+1", "--follow=name", "--retry", "--sleep-interval=1", remote};
  tail.timeout = kNoLimit;
  tail.max_output_bytes = 0;
  tail.cancelled = [this, &room] { return stopped_.load() || room == 0; };
  tail.on_stdout = [&journal, &room](std::string_view bytes) {
    bytes = bytes.substr(0, room);
    room -= bytes.size();
    journal.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
    journal.flush();
  };
  // A connection that is lost is what the mirror is there for.
  static_cast<void>(host.Run(tail));
}

}  // namespace vfqual
