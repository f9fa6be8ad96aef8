// Unpacks a tar stream from a host that is not trusted.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "harness/base/result.h"
#include "harness/base/unique_fd.h"

namespace vfqual {

struct FetchLimits {
  std::uint64_t total_bytes = std::uint64_t{512} << 20U;
  std::uint64_t file_count = 20'000;
};

// Reads the ustar format (POSIX.1-1988) as it comes. Only regular files and folders are made, inside `folder` alone, as
// new files of mode 0644: links, devices, ".." and control characters in names are left out and told.
class TarReader {
 public:
  TarReader(std::filesystem::path folder, const FetchLimits& limits) : folder_(std::move(folder)), limits_(limits) {}

  // Once it failed, nothing more is written and each further call tells the same error.
  Status Feed(std::string_view bytes);
  // Call at the stream's end: an error when it was cut short.
  Status Finish();
  bool Failed() const { return error_.has_value(); }
  // "NAME: why", of at most a hundred members.
  const std::vector<std::string>& LeftOut() const { return left_out_; }

 private:
  Status FeedSome(std::string_view& bytes);
  Status OpenMember(std::string_view header);
  void LeaveOut(std::string_view name, std::string_view why);

  std::filesystem::path folder_;
  FetchLimits limits_;
  std::string block_;            // an incomplete header
  UniqueFd file_;                // the member being written; invalid while one is left out
  std::uint64_t data_left_ = 0;  // of the member
  std::uint64_t padding_left_ = 0;
  std::uint64_t bytes_ = 0;
  std::uint64_t count_ = 0;
  bool ended_ = false;
  std::optional<Error> error_;
  std::vector<std::string> left_out_;
};

}  // namespace vfqual
