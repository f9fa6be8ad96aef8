#include "reports/data_files.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstddef>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string_view>

namespace vfqual {
// Made by vfqual_embed_folder (cmake/EmbedFile.cmake): name, text, name, text …
extern const std::string_view* const kKnownIssueFiles;
extern const std::size_t kKnownIssueFiles_count;
extern const std::string_view* const kExpectationFiles;
extern const std::size_t kExpectationFiles_count;
}  // namespace vfqual

namespace vfqual::reports {

namespace {

DataFiles Collect(const std::string_view* texts, std::size_t count) {
  DataFiles files;
  for (std::size_t i = 0; i < count; ++i) files.emplace_back(texts[2 * i], texts[2 * i + 1]);
  return files;
}

}  // namespace

DataFiles BuiltInKnownIssueFiles() {
  return Collect(kKnownIssueFiles, kKnownIssueFiles_count);
}

DataFiles BuiltInExpectationFiles() {
  return Collect(kExpectationFiles, kExpectationFiles_count);
}

tl::expected<DataFiles, std::string> ReadDataFolder(const std::string& folder) {
  DataFiles files;
  std::error_code error;
  for (const auto& entry : std::filesystem::directory_iterator(folder, error)) {
    const std::string name = entry.path().filename().string();
    if (!name.ends_with(".json") || name.ends_with(".schema.json")) continue;
    std::ifstream file(entry.path(), std::ios::binary);
    if (!file) return tl::unexpected(fmt::format("cannot read {}", entry.path().string()));
    files.emplace_back(name, std::string{std::istreambuf_iterator<char>(file), {}});
  }
  if (error) return tl::unexpected(fmt::format("cannot read {}: {}", folder, error.message()));
  std::sort(files.begin(), files.end());
  return files;
}

}  // namespace vfqual::reports
