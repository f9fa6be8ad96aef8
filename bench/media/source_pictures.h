// The moving picture, prepared: its first pictures again and again.
#pragma once

#include <filesystem>
#include <vector>

#include "bench/media/media_loop.h"
#include "bench/media/media_size.h"
#include "suites/media/av_handles.h"
#include "suites/media/nv12_picture.h"

namespace vfqual::bench {

class SourcePictures {
 public:
  static constexpr unsigned kCount = 10;

  static Result<SourcePictures> Make(const MediaSize& size, bool ten_bits);

  const suites::Nv12Picture& Picture(std::uint64_t number) const { return pictures_[number % kCount]; }
  // The same in memory that is uploaded from.
  const AVFrame& Frame(std::uint64_t number) const { return *frames_[number % kCount]; }
  // All of them one after the other, as other programs take them: "rawvideo" in NV12.
  Status Write(const std::filesystem::path& file) const;

 private:
  std::vector<suites::Nv12Picture> pictures_;
  std::vector<suites::AvHandle<AVFrame>> frames_;
};

}  // namespace vfqual::bench
