#include "harness/lab/opencl_cache_file.h"

#include <fmt/format.h>

#include <system_error>

#include "harness/base/sha256.h"

namespace vfqual {

namespace fs = std::filesystem;

Result<fs::path> OpenclCacheFile(const fs::path& cache, const LabImages& images, Accelerator accelerator,
                                 const std::vector<PayloadItem>& programs) {
  std::string content = accelerator == Accelerator::kTcg ? "tcg\n" : "kvm\n";
  for (const auto& [name, guest] : images.guests) content += guest.image.folder.filename().string() + "\n";
  for (const auto& program : programs) {
    const std::string name = program.name.filename().string();
    if (name != "suite_compute" && !name.starts_with("bench_")) continue;
    VFQUAL_TRY(const auto digest, Sha256OfSparseFile(program.source), "");
    content += name + " " + digest + "\n";
  }
  return cache / "opencl" / fmt::format("{}.tar.gz", Sha256OfText(content).substr(0, 16));
}

Status StoreOpenclCache(const fs::path& kept, const fs::path& file) {
  std::error_code error;
  if (!fs::exists(kept, error)) return {};
  const fs::path unfinished = fs::path(file) += ".unfinished";
  fs::create_directories(file.parent_path(), error);
  if (!error) fs::copy_file(kept, unfinished, fs::copy_options::overwrite_existing, error);
  if (!error) fs::rename(unfinished, file, error);
  if (error) return FailErrno(fmt::format("keep the guests' OpenCL cache as {}", file.string()), error.value());
  fs::remove(kept, error);
  return {};
}

}  // namespace vfqual
