#include "vmimages/boot_kernel.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <array>
#include <cstdint>
#include <fstream>
#include <utility>

#include "harness/base/local_host.h"

namespace vfqual {

namespace {

constexpr std::size_t kMostBytes = std::size_t{512} << 20U;
constexpr std::size_t kSectorBytes = 512;
constexpr std::size_t kSetupSectors = 0x1f1;
constexpr std::size_t kMagic = 0x202;
constexpr std::size_t kPayloadOffset = 0x248;
constexpr std::size_t kPayloadLength = 0x24c;
constexpr std::size_t kHeaderEnd = 0x250;
// The build appends the unpacked size to what the compressor wrote (scripts/Makefile.lib, size_append).
constexpr std::size_t kAppendedSizeBytes = 4;

struct Format {
  std::string_view magic;
  const char* program;
};
constexpr std::array kFormats{Format{"\x28\xb5\x2f\xfd", "zstd"},
                              Format{"\xfd"
                                     "7zXZ",
                                     "xz"},
                              Format{"\x1f\x8b", "gzip"}, Format{"\x02\x21\x4c\x18", "lz4"}};

std::uint32_t LittleEndian(std::string_view bytes, std::size_t at) {
  std::uint32_t value = 0;
  for (std::size_t i = 4; i-- > 0;) value = (value << 8U) | static_cast<unsigned char>(bytes[at + i]);
  return value;
}

}  // namespace

Result<KernelPayload> FindKernelPayload(std::string_view bzimage) {
  if (bzimage.size() < kHeaderEnd || bzimage.substr(kMagic, 4) != "HdrS") return Fail("not a bzImage");
  const auto setup_sectors = static_cast<unsigned char>(bzimage[kSetupSectors]);
  KernelPayload payload;
  payload.offset_bytes = ((std::size_t{setup_sectors} + 1) * kSectorBytes) + LittleEndian(bzimage, kPayloadOffset);
  const std::size_t length = LittleEndian(bzimage, kPayloadLength);
  if (length <= kAppendedSizeBytes || payload.offset_bytes > bzimage.size() ||
      length > bzimage.size() - payload.offset_bytes) {
    return Fail("the bzImage's payload lies outside of it");
  }
  payload.size_bytes = length - kAppendedSizeBytes;
  for (const auto& format : kFormats) {
    if (!bzimage.substr(payload.offset_bytes).starts_with(format.magic)) continue;
    payload.unpack_argv = {format.program, "--decompress", "--stdout"};
    return payload;
  }
  return Fail("the bzImage's payload is compressed in an unknown way");
}

Status UnpackKernel(const std::filesystem::path& bzimage, const std::filesystem::path& vmlinux) {
  LocalHost host;
  VFQUAL_TRY(const auto image, host.ReadFile(bzimage.string(), kMostBytes), "unpacking the kernel");
  VFQUAL_TRY(const auto payload, FindKernelPayload(image), bzimage.string());
  Command command;
  command.argv = payload.unpack_argv;
  command.stdin_data = image.substr(payload.offset_bytes, payload.size_bytes);
  command.max_output_bytes = kMostBytes;
  VFQUAL_TRY(const auto unpacked, host.Run(command), "unpacking the kernel");
  if (!unpacked.Ok()) return Fail(fmt::format("{}: {}", fmt::join(command.argv, " "), unpacked.Describe()));
  std::ofstream file(vmlinux, std::ios::binary | std::ios::trunc);
  file << unpacked.out;
  file.close();
  if (!file) return Fail(fmt::format("cannot write {}", vmlinux.string()), "free some space");
  return {};
}

}  // namespace vfqual
