// A picture in system memory.
#pragma once

#include <va/va.h>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

namespace vfqual::lab_va {

// VA_FOURCC_NV12 (4:2:0 with interleaved chroma), VA_FOURCC_P010 (the same of ten bits, in the upper ones of 16) or
// VA_FOURCC_BGRX, whose one plane is where the others' luma is. Memory reaches to whole macroblocks, so that coded
// sizes fit.
class Surface {
 public:
  Surface(unsigned width, unsigned height, std::uint32_t fourcc = VA_FOURCC_NV12)
      : fourcc_(fourcc),
        width_(width),
        height_(height),
        stride_((width * PixelBytes(fourcc) + 63) / 64 * 64),
        rows_((height + 15) / 16 * 16),
        bytes_(std::make_shared<std::vector<std::uint8_t>>(std::size_t{stride_} * rows_ * 3 / 2)) {}

  // Of luma or of a pixel.
  static unsigned PixelBytes(std::uint32_t fourcc) {
    return fourcc == VA_FOURCC_NV12 ? 1 : fourcc == VA_FOURCC_P010 ? 2 : 4;
  }

  std::uint32_t Fourcc() const { return fourcc_; }
  bool IsNv12() const { return fourcc_ == VA_FOURCC_NV12; }
  bool HasChroma() const { return fourcc_ != VA_FOURCC_BGRX; }  // in a plane of its own
  unsigned SampleBytes() const { return PixelBytes(fourcc_); }

  unsigned Width() const { return width_; }
  unsigned Height() const { return height_; }
  unsigned Stride() const { return stride_; }  // bytes, of both planes
  unsigned Rows() const { return rows_; }
  std::size_t ChromaOffset() const { return std::size_t{stride_} * rows_; }

  std::uint8_t* Luma() const { return bytes_->data(); }
  std::uint8_t* Chroma() const { return bytes_->data() + ChromaOffset(); }
  Surface Copy() const {
    Surface copy(*this);
    copy.bytes_ = std::make_shared<std::vector<std::uint8_t>>(*bytes_);
    return copy;
  }
  // Shared with derived images, which may outlive the surface.
  const std::shared_ptr<std::vector<std::uint8_t>>& Bytes() const { return bytes_; }

  // The encoding stream that was handed this picture last.
  VAContextID stream = VA_INVALID_ID;

 private:
  std::uint32_t fourcc_;
  unsigned width_;
  unsigned height_;
  unsigned stride_;
  unsigned rows_;
  std::shared_ptr<std::vector<std::uint8_t>> bytes_;
};

}  // namespace vfqual::lab_va
