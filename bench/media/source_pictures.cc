#include "bench/media/source_pictures.h"

#include <fmt/format.h>

#include <fstream>

#include "suites/media/moving_picture.h"
#include "suites/media/va_device.h"

namespace vfqual::bench {

Result<SourcePictures> SourcePictures::Make(const MediaSize& size, bool ten_bits) {
  SourcePictures made;
  for (unsigned number = 0; number < kCount; ++number) {
    made.pictures_.push_back(suites::MovingPicture(size.width, size.height, number));
    auto frame = suites::MakeMemoryFrame(made.pictures_.back(), ten_bits);
    if (!frame) return Fail(frame.error());
    made.frames_.push_back(std::move(*frame));
  }
  return made;
}

Status SourcePictures::Write(const std::filesystem::path& file) const {
  std::ofstream stream(file, std::ios::binary);
  for (const auto& picture : pictures_) {
    for (const auto* plane : {&picture.luma, &picture.chroma}) {
      stream.write(reinterpret_cast<const char*>(plane->data()), static_cast<std::streamsize>(plane->size()));
    }
  }
  stream.close();
  if (!stream) return Fail(fmt::format("{} cannot be written", file.string()));
  return {};
}

}  // namespace vfqual::bench
