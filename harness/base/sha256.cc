#include "harness/base/sha256.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <bit>
#include <cerrno>
#include <cstring>
#include <vector>

#include "harness/base/unique_fd.h"

namespace vfqual {

namespace {

constexpr std::size_t kShaBlockBytes = 64;
constexpr std::size_t kReadBytes = std::size_t{1} << 20U;

constexpr std::array<std::uint32_t, 64> kRoundConstants{
    0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
    0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
    0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
    0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
    0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
    0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
    0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
    0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2};

std::uint32_t BigEndian(const std::byte* bytes) {
  return (std::to_integer<std::uint32_t>(bytes[0]) << 24U) | (std::to_integer<std::uint32_t>(bytes[1]) << 16U) |
         (std::to_integer<std::uint32_t>(bytes[2]) << 8U) | std::to_integer<std::uint32_t>(bytes[3]);
}

}  // namespace

void Sha256::Block(const std::byte* block) {
  std::array<std::uint32_t, kShaBlockBytes> w{};
  for (std::size_t i = 0; i < 16; ++i) w[i] = BigEndian(block + (i * 4));
  for (std::size_t i = 16; i < w.size(); ++i) {
    const auto s0 = std::rotr(w[i - 15], 7) ^ std::rotr(w[i - 15], 18) ^ (w[i - 15] >> 3U);
    const auto s1 = std::rotr(w[i - 2], 17) ^ std::rotr(w[i - 2], 19) ^ (w[i - 2] >> 10U);
    w[i] = w[i - 16] + s0 + w[i - 7] + s1;
  }
  auto [a, b, c, d, e, f, g, h] = state_;
  for (std::size_t i = 0; i < w.size(); ++i) {
    const auto s1 = std::rotr(e, 6) ^ std::rotr(e, 11) ^ std::rotr(e, 25);
    const auto t1 = h + s1 + ((e & f) ^ (~e & g)) + kRoundConstants[i] + w[i];
    const auto s0 = std::rotr(a, 2) ^ std::rotr(a, 13) ^ std::rotr(a, 22);
    const auto t2 = s0 + ((a & b) ^ (a & c) ^ (b & c));
    h = g, g = f, f = e, e = d + t1, d = c, c = b, b = a, a = t1 + t2;
  }
  const std::array<std::uint32_t, 8> added{a, b, c, d, e, f, g, h};
  for (std::size_t i = 0; i < state_.size(); ++i) state_[i] += added[i];
}

void Sha256::Update(std::span<const std::byte> data) {
  total_bytes_ += data.size();
  while (!data.empty()) {
    if (pending_bytes_ == 0 && data.size() >= kShaBlockBytes) {
      Block(data.data());
      data = data.subspan(kShaBlockBytes);
      continue;
    }
    const auto taken = std::min(kShaBlockBytes - pending_bytes_, data.size());
    std::memcpy(pending_.data() + pending_bytes_, data.data(), taken);
    pending_bytes_ += taken;
    data = data.subspan(taken);
    if (pending_bytes_ == kShaBlockBytes) {
      Block(pending_.data());
      pending_bytes_ = 0;
    }
  }
}

std::string Sha256::HexDigest() {
  constexpr std::size_t kLengthOffset = 56;  // the last eight bytes hold the message's length in bits
  const auto bits = total_bytes_ * 8;
  pending_[pending_bytes_++] = std::byte{0x80};
  if (pending_bytes_ > kLengthOffset) {
    std::fill(pending_.begin() + static_cast<std::ptrdiff_t>(pending_bytes_), pending_.end(), std::byte{0});
    Block(pending_.data());
    pending_bytes_ = 0;
  }
  std::fill(pending_.begin() + static_cast<std::ptrdiff_t>(pending_bytes_), pending_.end(), std::byte{0});
  for (unsigned i = 0; i < 8; ++i) pending_[63 - i] = static_cast<std::byte>((bits >> (8U * i)) & 0xffU);
  Block(pending_.data());
  std::string hex;
  for (const auto word : state_) hex += fmt::format("{:08x}", word);
  return hex;
}

std::string Sha256OfText(std::string_view text) {
  Sha256 hash;
  hash.Update(text);
  return hash.HexDigest();
}

Result<std::string> Sha256OfSparseFile(const std::filesystem::path& path) {
  const UniqueFd file(open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!file.Valid()) return FailErrno(path.string(), errno);
  const off_t size = lseek(file.Get(), 0, SEEK_END);
  if (size < 0) return FailErrno(path.string(), errno);
  Sha256 hash;
  std::vector<std::byte> buffer(kReadBytes);
  off_t at = 0;
  while (at < size) {
    off_t data = lseek(file.Get(), at, SEEK_DATA);
    if (data < 0 && errno != ENXIO) return FailErrno(path.string(), errno);
    if (data < 0) data = size;  // ENXIO: nothing but a hole up to the end
    if (data > at) hash.Update(fmt::format("hole {} {}\n", at, data - at));
    off_t end = data < size ? lseek(file.Get(), data, SEEK_HOLE) : size;
    if (end < 0) end = size;
    for (at = data; at < end;) {
      const auto wanted = std::min<std::size_t>(buffer.size(), static_cast<std::size_t>(end - at));
      const auto got = pread(file.Get(), buffer.data(), wanted, at);
      if (got < 0 && errno == EINTR) continue;
      if (got < 0) return FailErrno(path.string(), errno);
      if (got == 0) return Fail(fmt::format("{}: ended at {} of {} bytes", path.string(), at, size));
      hash.Update(std::span(buffer.data(), static_cast<std::size_t>(got)));
      at += got;
    }
  }
  return hash.HexDigest();
}

}  // namespace vfqual
