// Reads a log of any size in pieces, plain or compressed.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "harness/base/result.h"

namespace vfqual {

// Of what a compressed log holds; a plain one may be of any size.
inline constexpr std::size_t kMaxUnpackedBytes = std::size_t{4} << 30U;

// `name` is a file, or "-" for stdin. gzip, xz, zstd and bzip2 are told by the first bytes and unpacked by their
// programs. A file that is no log at all (a program, systemd's own journal file) is an error that says what to do.
Status ReadLog(const std::string& name, const std::function<void(std::string_view piece)>& on_piece);

// Parts of a plain file that begin with a line each, for several threads; a file that is small or compressed, stdin,
// and what cannot be read have none: ReadLog reads them, or tells.
struct LogPart {
  std::uint64_t begin = 0;
  std::uint64_t end = 0;
};
std::vector<LogPart> SplitLog(const std::string& name, std::size_t max_parts);

Status ReadLogPart(const std::string& name, const LogPart& part,
                   const std::function<void(std::string_view piece)>& on_piece);

}  // namespace vfqual
