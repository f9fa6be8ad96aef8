#include "module/source/git_archive.h"

#include <fmt/format.h>

#include <chrono>
#include <vector>

#include "harness/base/process.h"

namespace vfqual {

namespace {

namespace fs = std::filesystem;

constexpr auto kFetchTimeout = std::chrono::minutes(10);

class Git {
 public:
  Git(fs::path repository, const std::function<bool()>& cancelled)
      : repository_(std::move(repository)), cancelled_(cancelled) {}

  Result<Completed> Run(const std::vector<std::string>& arguments) const {
    Command command;
    command.argv = {"git",
                    "-c",
                    "core.hooksPath=/dev/null",
                    "-c",
                    "core.fsmonitor=false",
                    "-c",
                    "protocol.allow=never",
                    "-c",
                    "protocol.https.allow=always",
                    "-c",
                    "protocol.http.allow=always",
                    "-c",
                    "protocol.ssh.allow=always",
                    "-c",
                    "protocol.git.allow=always",
                    "-c",
                    "protocol.file.allow=always",
                    "--git-dir=" + repository_.string()};
    command.argv.insert(command.argv.end(), arguments.begin(), arguments.end());
    command.environment = {{"GIT_TERMINAL_PROMPT", "0"},
                           {"LC_ALL", "C"},
                           {"GIT_ASKPASS", "true"},
                           {"GIT_SSH_COMMAND", "ssh -oBatchMode=yes"}};
    command.timeout = kFetchTimeout;
    command.cancelled = cancelled_;
    return RunProcess(command);
  }

  // The commit that `name` means here; empty where there is none.
  Result<std::string> Resolve(const std::string& name) const {
    VFQUAL_TRY(const auto parsed, Run({"rev-parse", "--verify", "--quiet", "--end-of-options", name + "^{commit}"}),
               "");
    return parsed.Ok() ? parsed.out.substr(0, parsed.out.find('\n')) : std::string();
  }

 private:
  fs::path repository_;
  const std::function<bool()>& cancelled_;
};

tl::unexpected<Error> FetchFailed(const std::string& repository, const Completed& fetched) {
  if (fetched.cancelled) return Fail("cancelled");
  if (fetched.err.find("No space left") != std::string::npos) {
    return Fail(fmt::format("git fetch {}: {}", repository, fetched.Describe()),
                "free some space, or set VFQUAL_CACHE to another file system");
  }
  return FailInput(fmt::format("git cannot fetch from '{}': {}", repository, fetched.Describe()),
                   "check the repository's name and that it can be read without asking for a password");
}

// A short id or a name that the server does not serve by itself: with all branches and tags here it can be looked up.
Result<std::string> FetchAll(const Git& git, const std::string& repository, const std::string& revision) {
  VFQUAL_TRY(const auto fetched,
             git.Run({"fetch", "--quiet", "--tags", "--force", "--", repository, "+refs/heads/*:refs/heads/*"}), "");
  if (!fetched.Ok()) return FetchFailed(repository, fetched);
  VFQUAL_TRY(auto commit, git.Resolve(revision), "");
  if (commit.empty()) {
    return FailInput(fmt::format("'{}' has no revision '{}'", repository, revision),
                     "name a commit, a tag or a branch of it");
  }
  return commit;
}

}  // namespace

Result<GitArchive> ArchiveGitRevision(const std::string& repository, const std::string& revision, const fs::path& work,
                                      const std::function<bool()>& cancelled) {
  const Git git(work / "repository", cancelled);
  VFQUAL_TRY(const auto made, git.Run({"init", "--quiet", "--bare", (work / "repository").string()}), "");
  if (!made.Ok()) return Fail("git init: " + made.Describe());
  GitArchive archive;
  const std::string wanted = revision.empty() ? "HEAD" : revision;
  VFQUAL_TRY(const auto fetched, git.Run({"fetch", "--quiet", "--depth=1", "--no-tags", "--", repository, wanted}), "");
  if (fetched.cancelled) return Fail("cancelled");
  if (fetched.Ok()) {
    VFQUAL_TRY(archive.commit, git.Resolve("FETCH_HEAD"), "");
  }
  if (archive.commit.empty()) {
    VFQUAL_TRY(archive.commit, FetchAll(git, repository, wanted), "");
  }
  archive.tar = work / "revision.tar";
  VFQUAL_TRY(const auto archived,
             git.Run({"archive", "--format=tar", "--output=" + archive.tar.string(), archive.commit}), "");
  if (!archived.Ok()) return FetchFailed(repository, archived);
  return archive;
}

}  // namespace vfqual
