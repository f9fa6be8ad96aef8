#include "suites/lab-va/video_proc.h"

#include <libyuv/convert_argb.h>
#include <libyuv/scale.h>

namespace vfqual::lab_va {
namespace {

bool Inside(const VARectangle& part, const Surface& surface) {
  return part.x >= 0 && part.y >= 0 && part.width != 0 && part.height != 0 &&
         static_cast<unsigned>(part.x) + part.width <= surface.Width() &&
         static_cast<unsigned>(part.y) + part.height <= surface.Height();
}

bool HasEvenPlace(const VARectangle& part) {
  return part.x % 2 == 0 && part.y % 2 == 0;
}

std::uint8_t* Luma(const Surface& surface, const VARectangle& part) {
  return surface.Luma() + static_cast<std::size_t>(part.y) * surface.Stride() + part.x;
}

std::uint8_t* Chroma(const Surface& surface, const VARectangle& part) {
  return surface.Chroma() + static_cast<std::size_t>(part.y / 2) * surface.Stride() + part.x;
}

int Stride(const Surface& surface) {
  return static_cast<int>(surface.Stride());
}

// What NV12 keeps of ten bits.
Surface UpperBits(const Surface& from) {
  Surface to(from.Width(), from.Height());
  const auto take = [&](const std::uint8_t* source, std::uint8_t* target) {
    for (unsigned column = 0; column < (from.Width() + 1) / 2 * 2; ++column) target[column] = source[column * 2 + 1];
  };
  for (unsigned row = 0; row < from.Height(); ++row) {
    take(from.Luma() + std::size_t{row} * from.Stride(), to.Luma() + std::size_t{row} * to.Stride());
  }
  for (unsigned row = 0; row < (from.Height() + 1) / 2; ++row) {
    take(from.Chroma() + std::size_t{row} * from.Stride(), to.Chroma() + std::size_t{row} * to.Stride());
  }
  return to;
}

bool Scale(const Surface& from, const VARectangle& from_part, const Surface& to, const VARectangle& to_part) {
  return libyuv::NV12Scale(Luma(from, from_part), Stride(from), Chroma(from, from_part), Stride(from), from_part.width,
                           from_part.height, Luma(to, to_part), Stride(to), Chroma(to, to_part), Stride(to),
                           to_part.width, to_part.height, libyuv::kFilterBilinear) == 0;
}

}  // namespace

VAStatus ScaleAndConvert(const Surface& from, const VARectangle& from_part, Surface& to, const VARectangle& to_part,
                         Fault fault) {
  if (!from.HasChroma() || to.Fourcc() == VA_FOURCC_P010) return VA_STATUS_ERROR_INVALID_IMAGE_FORMAT;
  if (!from.IsNv12()) return ScaleAndConvert(UpperBits(from), from_part, to, to_part, fault);
  if (!Inside(from_part, from) || !Inside(to_part, to) || !HasEvenPlace(from_part) ||
      (to.IsNv12() && !HasEvenPlace(to_part))) {
    return VA_STATUS_ERROR_INVALID_PARAMETER;
  }
  VARectangle taken = from_part;
  const bool scales = from_part.width != to_part.width || from_part.height != to_part.height;
  if (scales && fault == Fault::kCroppedScaling) {
    taken.width = static_cast<std::uint16_t>((from_part.width + 1) / 2);
    taken.height = static_cast<std::uint16_t>((from_part.height + 1) / 2);
  }
  if (to.IsNv12()) return Scale(from, taken, to, to_part) ? VA_STATUS_SUCCESS : VA_STATUS_ERROR_OPERATION_FAILED;
  const VARectangle whole{0, 0, to_part.width, to_part.height};
  const Surface scaled(to_part.width, to_part.height);
  if (!Scale(from, taken, scaled, whole)) return VA_STATUS_ERROR_OPERATION_FAILED;
  const auto convert = fault == Fault::kWrongColours ? libyuv::NV21ToARGB : libyuv::NV12ToARGB;  // ARGB: B first
  std::uint8_t* const place =
      to.Luma() + static_cast<std::size_t>(to_part.y) * to.Stride() + static_cast<std::size_t>(to_part.x) * 4;
  const int done = convert(scaled.Luma(), Stride(scaled), scaled.Chroma(), Stride(scaled), place, Stride(to),
                           to_part.width, to_part.height);
  return done == 0 ? VA_STATUS_SUCCESS : VA_STATUS_ERROR_OPERATION_FAILED;
}

}  // namespace vfqual::lab_va
