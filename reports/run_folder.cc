#include "reports/run_folder.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <initializer_list>
#include <string_view>
#include <utility>

#include "reports/fold/fold.h"
#include "reports/model/read_report.h"
#include "reports/model/report_json.h"
#include "reports/render/html/report_html.h"
#include "reports/render/junit.h"
#include "reports/render/kcidb.h"
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

// One after the other: a large report's texts are not all held at once.
using Renderers = std::initializer_list<std::pair<const char*, std::string (*)(const Report&)>>;

tl::expected<void, std::string> WriteFiles(const Report& report, const std::string& folder, Renderers renderers) {
  for (const auto& [name, render] : renderers) {
    if (auto written = ReplaceFile(folder + "/" + name, render(report)); !written) return written;
  }
  return {};
}

}  // namespace

tl::expected<ReportData, std::string> LoadReportData(const std::string& known_issues_folder,
                                                     const std::string& expectations_folder) {
  auto issues = known_issues_folder.empty() ? KnownIssues::BuiltIn() : KnownIssues::FromFolder(known_issues_folder);
  if (!issues) return tl::unexpected("known issues: " + issues.error());
  tl::expected<DataFiles, std::string> files = BuiltInExpectationFiles();
  if (!expectations_folder.empty()) files = ReadDataFolder(expectations_folder);
  if (!files) return tl::unexpected("expectations: " + files.error());
  auto expectations = ParseExpectations(*files);
  if (!expectations) return tl::unexpected("expectations: " + expectations.error());
  return ReportData{.known_issues = *std::move(issues), .expectations = *std::move(expectations)};
}

tl::expected<Report, std::string> FoldFolder(const std::string& folder, const ReportData& data) {
  struct stat info {};
  if (stat(folder.c_str(), &info) != 0) return Failed("read", folder);
  if (!S_ISDIR(info.st_mode)) return tl::unexpected(folder + " is not a folder");
  const std::string path = folder + "/" + kJournalFile;
  if (stat(path.c_str(), &info) != 0 && errno == ENOENT) {
    return tl::unexpected(fmt::format("{} holds no {}: it is not the folder of a run", folder, kJournalFile));
  }
  const auto journal = ReadFile(path);
  if (!journal) return tl::unexpected(journal.error());
  Report report = Fold(*journal, &data.known_issues);
  ApplyExpectations(data.expectations, report);
  return report;
}

tl::expected<Report, std::string> LoadReport(const std::string& path, const ReportData& data) {
  struct stat info {};
  if (stat(path.c_str(), &info) != 0) return Failed("read", path);
  if (S_ISDIR(info.st_mode) && access((path + "/" + kJournalFile).c_str(), F_OK) == 0) return FoldFolder(path, data);
  const std::string file = S_ISDIR(info.st_mode) ? path + "/report.json" : path;
  if (S_ISDIR(info.st_mode) && access(file.c_str(), F_OK) != 0) {
    return tl::unexpected(
        fmt::format("{} holds no {} and no report.json: it is not the folder of a run", path, kJournalFile));
  }
  const auto text = ReadFile(file);
  if (!text) return tl::unexpected(text.error());
  auto report = ReadReport(*text);
  if (!report) return tl::unexpected(fmt::format("{}: {}", file, report.error()));
  return report;
}

tl::expected<void, std::string> WriteReports(const Report& report, const std::string& folder) {
  if (auto written = WriteMergedReports(report, folder); !written) return written;
  return WriteFiles(report, folder, {{"junit.xml", JunitXml}, {"kcidb.json", KcidbJson}});
}

tl::expected<void, std::string> WriteMergedReports(const Report& report, const std::string& folder) {
  if (mkdir(folder.c_str(), 0755) != 0 && errno != EEXIST) return Failed("make", folder);
  return WriteFiles(report, folder,
                    {{"report.json", ReportJsonText}, {"report.html", ReportHtml}, {"summary.md", SummaryMarkdown}});
}

tl::expected<Report, std::string> RenderAll(const std::string& folder) {
  const auto data = LoadReportData();
  if (!data) return tl::unexpected(data.error());
  auto report = FoldFolder(folder, *data);
  if (!report) return report;
  if (auto written = WriteReports(*report, folder); !written) return tl::unexpected(written.error());
  return report;
}

}  // namespace vfqual::reports
