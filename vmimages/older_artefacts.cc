#include "vmimages/older_artefacts.h"

#include <algorithm>
#include <string>
#include <system_error>
#include <utility>
#include <vector>

#include "harness/base/file_lock.h"

namespace vfqual {

namespace fs = std::filesystem;

void RemoveOlderArtefacts(const Artefact& kept) {
  const auto name = kept.folder.filename().string();
  const auto prefix = name.substr(0, name.rfind('-') + 1);
  std::error_code error;
  std::vector<std::pair<fs::file_time_type, fs::path>> others;
  for (auto it = fs::directory_iterator(kept.folder.parent_path(), error); !error && it != fs::directory_iterator();
       it.increment(error)) {
    const auto other = it->path().filename().string();
    const bool same_image = other.starts_with(prefix) && other.find_first_of("-.", prefix.size()) == std::string::npos;
    if (!same_image || other == name || !it->is_directory(error)) continue;
    others.emplace_back(fs::last_write_time(it->path(), error), it->path());
  }
  std::ranges::sort(others, std::ranges::greater{});
  for (std::size_t i = 1; i < others.size(); ++i) {
    const auto& folder = others[i].second;
    // A lock file stays: another process may be waiting for it.
    const auto lock = FileLock::Take(folder.string() + ".lock", {}, [] { return true; });
    if (!lock) continue;
    fs::remove_all(folder, error);
    fs::remove(folder.string() + ".log", error);
  }
}

}  // namespace vfqual
