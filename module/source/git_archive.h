// A revision of a git repository as a tarball, by the git program.
#pragma once

#include <filesystem>
#include <functional>
#include <string>

#include "harness/base/result.h"

namespace vfqual {

struct GitArchive {
  std::filesystem::path tar;
  std::string commit;  // 40 or 64 hex digits
};

// Fetches into a bare repository in `work` and archives from there: nothing is checked out, no hook and no filter of
// the repository runs. What .gitattributes keeps out of archives is not in it, as in the tarballs that forges offer. An
// empty `revision` takes HEAD. Errors: kInput for what is no repository or has no such revision, kHarness without git.
Result<GitArchive> ArchiveGitRevision(const std::string& repository, const std::string& revision,
                                      const std::filesystem::path& work, const std::function<bool()>& cancelled = {});

}  // namespace vfqual
