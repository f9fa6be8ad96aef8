#include "module/build/apt_error.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <string_view>

namespace vfqual {

namespace {

constexpr std::size_t kMaxSaidBytes = 400;

// The first line of `text` that has one of `marks`.
template <std::size_t N>
std::string LineWith(const std::string& text, const std::array<std::string_view, N>& marks) {
  std::size_t first = std::string::npos;
  for (const auto mark : marks) first = std::min(first, text.find(mark));
  if (first == std::string::npos) return {};
  const auto newline = text.rfind('\n', first);
  const auto begin = newline == std::string::npos ? 0 : newline + 1;
  return text.substr(begin, std::min(kMaxSaidBytes, text.find('\n', first) - begin));
}

constexpr std::array<std::string_view, 1> kFull = {"No space left"};
constexpr std::array<std::string_view, 8> kUnsigned = {
    "NO_PUBKEY", "couldn't be verified",    "signatures were invalid",     "is not signed", "EXPKEYSIG",
    "BADSIG",    "cannot be authenticated", "Clearsigned file isn't valid"};
constexpr std::array<std::string_view, 2> kChanged = {"Hash Sum mismatch", "File has unexpected size"};
constexpr std::array<std::string_view, 1> kNoSuite = {"does not have a Release file"};
constexpr std::array<std::string_view, 7> kUnreachable = {
    "Temporary failure resolving", "Could not resolve",      "Could not connect", "Connection timed out",
    "Connection refused",          "Network is unreachable", "Connection failed"};

}  // namespace

std::optional<Error> KnownAptError(const std::string& suite, const std::string& said) {
  const auto error = [](Blame blame, std::string what, std::string fix) {
    return Error{.blame = blame, .what = std::move(what), .fix = std::move(fix), .sys_errno = 0, .context = {}};
  };
  if (!LineWith(said, kFull).empty()) {
    return error(Blame::kHarness, fmt::format("the disk is full: {}", LineWith(said, kFull)),
                 "free some space, or set VFQUAL_CACHE to another file system");
  }
  if (const auto line = LineWith(said, kUnreachable); !line.empty()) {
    return error(Blame::kHarness, fmt::format("the archive of {} cannot be reached: {}", suite, line),
                 "check the network; kernels that the cache has need none");
  }
  if (const auto line = LineWith(said, kUnsigned); !line.empty()) {
    return error(Blame::kInput, fmt::format("the archive of {} is not signed by a trusted key: {}", suite, line),
                 "name its key: --apt-source 'deb [signed-by=FILE] URI SUITE COMPONENT…'; Ubuntu's is in the package "
                 "ubuntu-archive-keyring");
  }
  if (const auto line = LineWith(said, kChanged); !line.empty()) {
    return error(Blame::kHarness, fmt::format("the archive of {} is not what it has signed: {}", suite, line),
                 "try again later: it may be in the middle of an update; else do not trust it");
  }
  if (!LineWith(said, kNoSuite).empty()) {
    return error(Blame::kInput, fmt::format("the archive has no suite '{}'", suite),
                 "write PACKAGE@SUITE, with a suite that it has; an archive that apt on this machine does not use: "
                 "--apt-source");
  }
  return std::nullopt;
}

Error AptError(const std::string& suite, const Completed& completed) {
  const auto& said = completed.err;
  if (auto known = KnownAptError(suite, said)) return *std::move(known);
  auto first = said.empty() ? completed.Describe() : said.substr(0, said.find('\n'));
  return Error{.blame = Blame::kHarness,
               .what = fmt::format("apt: {}", first.substr(0, kMaxSaidBytes)),
               .fix = "check the network and the archive that apt on this machine uses",
               .sys_errno = 0,
               .context = {}};
}

}  // namespace vfqual
