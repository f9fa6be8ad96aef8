#include "module/build/private_apt.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <fstream>
#include <sstream>

#include "harness/base/file_lock.h"
#include "harness/base/process.h"
#include "module/build/apt_error.h"

namespace vfqual {

namespace {

namespace fs = std::filesystem;

constexpr auto kFetchTimeout = std::chrono::minutes(10);
constexpr std::size_t kMaxOutputBytes = std::size_t{8} << 20U;

Status WriteText(const fs::path& file, const std::string& text) {
  std::ofstream out(file, std::ios::trunc);
  out << text;
  out.close();
  if (!out) {
    return FailErrno("write " + file.string(), errno, "free some space, or set VFQUAL_CACHE to another file system");
  }
  return {};
}

std::string AptConfiguration(const fs::path& state) {
  const std::string at = state.string();
  return fmt::format(
      "Dir::Etc::SourceList \"{0}/sources.list\";\nDir::Etc::SourceParts \"/dev/null\";\n"
      "Dir::Etc::Preferences \"/dev/null\";\nDir::Etc::PreferencesParts \"/dev/null\";\n"
      "Dir::State \"{0}/state\";\nDir::State::Lists \"{0}/lists\";\nDir::State::status \"/dev/null\";\n"
      "Dir::Cache \"{0}/cache\";\nAPT::Sandbox::User \"{1}\";\nAPT::Architecture \"amd64\";\n"
      "APT::Architectures \"amd64\";\nAcquire::Languages \"none\";\nAcquire::Retries \"2\";\n"
      // A mirror that lags behind is good enough to build against.
      "Acquire::Min-ValidTime \"7776000\";\n",
      at, geteuid() == 0 ? "root" : "");
}

bool IsFresh(const fs::path& stamp, std::chrono::hours max_age) {
  std::error_code error;
  const auto written = fs::last_write_time(stamp, error);
  return !error && fs::file_time_type::clock::now() - written < max_age;
}

}  // namespace

Result<ArchivePackage> ParsePackage(const std::string& text) {
  ArchivePackage package;
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line) && !line.empty();) {
    const auto colon = line.find(": ");
    if (colon == std::string::npos) continue;
    const auto key = line.substr(0, colon);
    const auto value = line.substr(colon + 2);
    if (key == "Package") package.name = value;
    if (key == "Version") package.version = value;
    if (key != "Depends") continue;
    std::istringstream parts(value);
    for (std::string part; std::getline(parts, part, ',');) {
      const auto begin = part.find_first_not_of(' ');
      if (begin != std::string::npos)
        package.depends.push_back(part.substr(begin, part.find_first_of(" :|", begin) - begin));
    }
  }
  if (package.name.empty() || package.version.empty()) return Fail("apt-cache show tells no package");
  return package;
}

std::string SuiteOfMadison(const std::string& madison, const std::string& version) {
  std::istringstream lines(madison);
  for (std::string line; std::getline(lines, line);) {
    std::istringstream words(line);
    std::vector<std::string> columns;  // name | version | URI suite/component …
    for (std::string word; words >> word;) columns.push_back(word);
    if (columns.size() > 5 && columns[2] == version) return columns[5].substr(0, columns[5].find('/'));
  }
  return {};
}

Result<PrivateApt> PrivateApt::Open(const fs::path& cache, const SuiteSources& sources, std::chrono::hours max_age,
                                    const std::function<bool()>& cancelled) {
  if (sources.sources.empty()) {
    return Fail(fmt::format("no archive is known for {}: apt on this machine is configured with none",
                            sources.suite.empty() ? "kernels" : sources.suite),
                "run apt-get update on a Debian or Ubuntu machine, or name the archive with --apt-source");
  }
  const fs::path state = cache / "apt" / sources.cache_name;
  std::error_code error;
  const bool first_time = !fs::exists(state / "updated", error);
  for (const auto* folder : {"lists/partial", "cache/archives/partial", "state"}) {
    fs::create_directories(state / folder, error);
    if (error) return FailErrno((state / folder).string(), error.value());
  }
  PrivateApt apt(state, sources.Describe(), cancelled);
  VFQUAL_TRY(const auto lock,
             FileLock::Take(
                 state / "lock", [] {}, cancelled),
             "");
  const auto updated = [&]() -> Status {
    VFQUAL_CHECK(WriteText(state / "sources.list", sources.Lines()), "");
    VFQUAL_CHECK(WriteText(state / "apt.conf", AptConfiguration(state)), "");
    if (IsFresh(state / "updated", max_age)) return {};
    if (const auto update = apt.Run({"apt-get", "-qq", "--error-on=any", "update"}, state); !update) {
      return AddContext(update.error(), "fetching the package lists of " + apt.suite_);
    }
    return WriteText(state / "updated", "");
  }();
  if (updated) return apt;
  if (first_time) fs::remove_all(state, error);
  return tl::unexpected(updated.error());
}

Result<std::string> PrivateApt::Run(std::vector<std::string> argv, const fs::path& working_directory) const {
  Command command;
  command.argv = std::move(argv);
  // The machine's own apt.conf comes after APT_CONFIG, and may be laxer; the command line comes last (apt.conf(5)).
  for (const auto* strict : {"Acquire::AllowInsecureRepositories=false", "Acquire::AllowWeakRepositories=false",
                             "APT::Get::AllowUnauthenticated=false"}) {
    command.argv.insert(command.argv.begin() + 1, {"-o", strict});
  }
  command.environment = {{"APT_CONFIG", (state_ / "apt.conf").string()}, {"LC_ALL", "C"}};
  command.working_directory = working_directory;
  command.timeout = kFetchTimeout;
  command.max_output_bytes = kMaxOutputBytes;
  command.cancelled = cancelled_;
  VFQUAL_TRY(const auto completed, RunProcess(command), "");
  if (completed.Ok()) return completed.out;
  if (completed.cancelled) return Fail("cancelled");
  return tl::unexpected(AptError(suite_, completed));
}

Result<ArchivePackage> PrivateApt::Show(const std::string& package) const {
  if (const auto text = Run({"apt-cache", "show", "--no-all-versions", "--", package}, state_))
    return ParsePackage(*text);
  auto names = Names(package.substr(0, package.find_first_of("0123456789")));
  std::string some;
  if (names) {
    // Of the same flavour: "-amd64", "-generic".
    const auto flavour = package.substr(std::min(package.rfind('-'), package.size()));
    std::erase_if(*names, [&flavour](const std::string& name) { return !name.ends_with(flavour); });
    for (const auto& name : *names) some += (some.empty() ? "" : ", ") + name;
  }
  return FailInput(fmt::format("{} has no package '{}'", suite_, package),
                   some.empty() ? "write PACKAGE@SUITE; an archive that this machine does not use: --apt-source"
                                : fmt::format("it has {}", some.substr(0, 1000)));
}

Result<std::string> PrivateApt::SuiteOf(const ArchivePackage& package) const {
  VFQUAL_TRY(const auto madison, Run({"apt-cache", "madison", "--", package.name}, state_), "");
  auto suite = SuiteOfMadison(madison, package.version);
  if (suite.empty()) return Fail(fmt::format("apt-cache madison does not say which suite has {}", package.name));
  return suite;
}

Result<std::vector<std::string>> PrivateApt::Names(const std::string& prefix) const {
  VFQUAL_TRY(const auto text, Run({"apt-cache", "pkgnames", "--", prefix}, state_), "");
  std::vector<std::string> names;
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) names.push_back(line);
  std::sort(names.begin(), names.end());
  return names;
}

Result<fs::path> PrivateApt::Download(const ArchivePackage& package, const fs::path& folder) const {
  const fs::path own = folder / package.name;
  std::error_code error;
  fs::create_directories(own, error);
  if (error) return FailErrno(own.string(), error.value());
  VFQUAL_CHECK(Run({"apt-get", "-qq", "download", fmt::format("{}={}", package.name, package.version)}, own)
                   .map([](const std::string&) {}),
               "downloading " + package.name);
  for (const auto& entry : fs::directory_iterator(own, error)) {
    if (entry.path().extension() == ".deb") return entry.path();
  }
  return Fail(fmt::format("apt-get download left no file of {}", package.name));
}

}  // namespace vfqual
