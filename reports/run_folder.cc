#include "reports/run_folder.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <string_view>
#include <utility>

#include "reports/fold/fold.h"
#include "reports/model/report_json.h"
#include "reports/render/html/report_html.h"
#include "reports/render/summary_markdown.h"

namespace vfqual::reports {

namespace {

class FileDescriptor {
 public:
  explicit FileDescriptor(int fd) : fd_(fd) {}
  ~FileDescriptor() {
    if (fd_ >= 0) close(fd_);
  }
  FileDescriptor(const FileDescriptor&) = delete;
  FileDescriptor& operator=(const FileDescriptor&) = delete;

  int get() const { return fd_; }
  // What close(2) says; the descriptor is gone either way.
  int Close() { return close(std::exchange(fd_, -1)); }

 private:
  int fd_;
};

tl::unexpected<std::string> Failed(std::string_view what, const std::string& path) {
  return tl::unexpected(fmt::format("cannot {} {}: {}", what, path, strerrordesc_np(errno)));
}

tl::expected<std::string, std::string> ReadFile(const std::string& path) {
  const FileDescriptor file(open(path.c_str(), O_RDONLY | O_CLOEXEC));
  struct stat info {};
  if (file.get() < 0 || fstat(file.get(), &info) != 0) return Failed("read", path);
  if (!S_ISREG(info.st_mode)) return tl::unexpected(fmt::format("cannot read {}: it is not a regular file", path));
  std::string text;
  text.reserve(static_cast<std::size_t>(info.st_size));
  std::array<char, 65536> block{};
  for (;;) {
    const ssize_t count = read(file.get(), block.data(), block.size());
    if (count == 0) return text;
    if (count > 0) {
      text.append(block.data(), static_cast<std::size_t>(count));
    } else if (errno != EINTR) {
      return Failed("read", path);
    }
  }
}

bool WriteWhole(int fd, std::string_view text) {
  while (!text.empty()) {
    const ssize_t count = write(fd, text.data(), text.size());
    if (count < 0 && errno != EINTR) return false;
    if (count > 0) text.remove_prefix(static_cast<std::size_t>(count));
  }
  return true;
}

// Into a new file that then takes the name: a reader sees the old text or the new one.
tl::expected<void, std::string> ReplaceFile(const std::string& path, std::string_view text) {
  const std::string temporary = fmt::format("{}.{}.tmp", path, getpid());
  FileDescriptor file(open(temporary.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0644));
  if (file.get() < 0) return Failed("write", temporary);
  if (WriteWhole(file.get(), text) && fdatasync(file.get()) == 0 && file.Close() == 0 &&
      rename(temporary.c_str(), path.c_str()) == 0) {
    return {};
  }
  auto failed = Failed("write", path);
  unlink(temporary.c_str());
  return failed;
}

}  // namespace

tl::expected<Report, std::string> FoldFolder(const std::string& folder) {
  struct stat info {};
  if (stat(folder.c_str(), &info) != 0) return Failed("read", folder);
  if (!S_ISDIR(info.st_mode)) return tl::unexpected(folder + " is not a folder");
  const std::string path = folder + "/" + kJournalFile;
  if (stat(path.c_str(), &info) != 0 && errno == ENOENT) {
    return tl::unexpected(fmt::format("{} holds no {}: it is not the folder of a run", folder, kJournalFile));
  }
  const auto journal = ReadFile(path);
  if (!journal) return tl::unexpected(journal.error());
  return Fold(*journal);
}

tl::expected<void, std::string> WriteReports(const Report& report, const std::string& folder) {
  const std::array<std::pair<const char*, std::string>, 3> files = {{{"report.json", ReportJsonText(report)},
                                                                     {"report.html", ReportHtml(report)},
                                                                     {"summary.md", SummaryMarkdown(report)}}};
  for (const auto& [name, text] : files) {
    if (auto written = ReplaceFile(folder + "/" + name, text); !written) return written;
  }
  return {};
}

tl::expected<Report, std::string> RenderAll(const std::string& folder) {
  auto report = FoldFolder(folder);
  if (!report) return report;
  if (auto written = WriteReports(*report, folder); !written) return tl::unexpected(written.error());
  return report;
}

}  // namespace vfqual::reports
