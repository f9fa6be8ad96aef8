#include "suites/media/surface_checks.h"

#include <random>

#include "suites/media/picture_quality.h"
#include "suites/media/surface_pictures.h"

namespace vfqual::suites {
namespace {

// Another for each size and seed.
Nv12Picture RandomPicture(unsigned width, unsigned height, unsigned seed, bool ten_bits = false) {
  Nv12Picture picture(width, height);
  std::minstd_rand random(width * 65537 + height * 17 + seed);
  for (auto* const plane : {&picture.luma, &picture.chroma}) {
    for (auto& sample : *plane) sample = static_cast<std::uint8_t>(random() >> 8U);
  }
  if (!ten_bits) return picture;
  picture.luma_low.resize(picture.luma.size());
  picture.chroma_low.resize(picture.chroma.size());
  for (auto* const plane : {&picture.luma_low, &picture.chroma_low}) {
    for (auto& sample : *plane) sample = static_cast<std::uint8_t>(random() >> 8U & 3U);
  }
  return picture;
}

}  // namespace

Status CheckUpload(VADisplay display, unsigned width, unsigned height) {
  const auto surface = MakeSurface(display, width, height);
  if (!surface) return Fail(surface.error());
  const auto source = RandomPicture(width, height, 0);
  if (const auto put = PutPicture(*surface, source); !put) return put;
  const auto read = GetPicture(*surface, width, height);
  if (!read) return Fail(read.error());
  return CheckSamePicture(source, *read, 0);
}

Status CheckTenBitUpload(VADisplay display, unsigned width, unsigned height) {
  const auto surface = MakeSurface(display, width, height, VA_RT_FORMAT_YUV420_10, VA_FOURCC_P010);
  if (!surface) return Fail(surface.error());
  const auto source = RandomPicture(width, height, 3, true);
  if (const auto put = PutPicture(*surface, source); !put) return put;
  const auto read = GetPicture(*surface, width, height, true);
  if (!read) return Fail(read.error());
  return CheckSamePicture(source, *read, 0);
}

Status CheckDerivedImage(VADisplay display, unsigned width, unsigned height) {
  const auto surface = MakeSurface(display, width, height);
  if (!surface) return Fail(surface.error());
  const auto first = RandomPicture(width, height, 1);
  if (const auto put = PutPicture(*surface, first); !put) return put;
  {
    const auto image = DeriveNv12Image(*surface);
    if (!image) return Fail(image.error());
    const auto read = ReadImage(*image, width, height);
    if (!read) return Fail(read.error());
    if (const auto same = CheckSamePicture(first, *read, 1); !same) return same;
    if (const auto written = WriteImage(*image, RandomPicture(width, height, 2)); !written) return written;
  }
  const auto read = GetPicture(*surface, width, height);
  if (!read) return Fail(read.error());
  return CheckSamePicture(RandomPicture(width, height, 2), *read, 2);
}

}  // namespace vfqual::suites
