#include "module/secure_boot/module_file.h"

#include <fmt/format.h>

#include <array>
#include <string_view>
#include <utility>
#include <vector>

namespace vfqual::secure_boot {

namespace {

constexpr std::size_t kMostModuleBytes = std::size_t{512} << 20U;
constexpr std::chrono::minutes kPackTimeout{5};

struct Packing {
  std::string_view ending;
  std::vector<std::string> pack;
  std::vector<std::string> unpack;
};

const std::array<Packing, 3>& Packings() {
  // The kernel's xz knows CRC32 only, and a dictionary of some MiB (lib/xz).
  static const std::array<Packing, 3> kPackings = {{
      {".ko.xz", {"xz", "--stdout", "--check=crc32", "--lzma2=dict=1MiB"}, {"xz", "--decompress", "--stdout"}},
      {".ko.zst", {"zstd", "--quiet", "--stdout", "-19"}, {"zstd", "--quiet", "--decompress", "--stdout"}},
      {".ko.gz", {"gzip", "--stdout", "--no-name", "-9"}, {"gzip", "--decompress", "--stdout"}},
  }};
  return kPackings;
}

const Packing* PackingOf(const std::string& path) {
  for (const auto& packing : Packings()) {
    if (path.ends_with(packing.ending)) return &packing;
  }
  return nullptr;
}

Result<std::string> Filter(Host& host, const std::vector<std::string>& argv, const std::string& input,
                           const std::string& path) {
  Command command;
  command.argv = argv;
  command.stdin_data = input;
  command.timeout = kPackTimeout;
  command.max_output_bytes = kMostModuleBytes;
  VFQUAL_TRY(auto completed, host.Run(command), path);
  if (!completed.Ok() || completed.truncated) {
    return FailSubject(fmt::format("{}: {}: {}", path, argv.front(), completed.Describe()));
  }
  return std::move(completed.out);
}

}  // namespace

bool IsModuleFile(const std::string& path) {
  return path.ends_with(".ko") || PackingOf(path) != nullptr;
}

Result<std::string> ReadModule(Host& host, const std::string& path) {
  VFQUAL_TRY(auto bytes, host.ReadFile(path, kMostModuleBytes), "");
  if (bytes.size() >= kMostModuleBytes) return FailSubject(fmt::format("{} is too large for a module", path));
  const auto* const packing = PackingOf(path);
  if (packing != nullptr) {
    VFQUAL_TRY(bytes, Filter(host, packing->unpack, bytes, path), "");
  }
  if (!bytes.starts_with("\x7f"
                         "ELF"))
    return FailSubject(fmt::format("{} is no module: it is no ELF file", path));
  return bytes;
}

Result<std::string> PackModule(Host& host, const std::string& path, const std::string& module) {
  const auto* const packing = PackingOf(path);
  return packing == nullptr ? Result<std::string>(module) : Filter(host, packing->pack, module, path);
}

}  // namespace vfqual::secure_boot
