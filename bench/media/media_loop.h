// Work on pictures, one after the other, that is measured: a picture goes in at each step, and those that are ready
// come out.
#pragma once

#include <cstdint>

#include "suites/support/result.h"

namespace vfqual::bench {

using suites::Fail;
using suites::Result;
using suites::Status;

class MediaLoop {
 public:
  MediaLoop() = default;
  MediaLoop(const MediaLoop&) = delete;
  MediaLoop& operator=(const MediaLoop&) = delete;
  virtual ~MediaLoop() = default;

  virtual Status Step() = 0;
  // How many pictures came out so far.
  virtual std::uint64_t PicturesOut() const = 0;
  // In how many bytes, where they are coded ones.
  virtual std::uint64_t BytesOut() const { return 0; }
  // Whether what came out since the last call is right; it may take as long as the steps did.
  virtual Status Verify() = 0;
};

}  // namespace vfqual::bench
