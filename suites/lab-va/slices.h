// The coded slices of a picture, which libva hands to a decoder in two buffers: what they are, then their bytes.
#pragma once

#include <va/va.h>

#include <vector>

#include "suites/lab-va/buffer.h"

namespace vfqual::lab_va {

template <class Parameters>  // VASliceParameterBuffer…
struct Slice {
  Parameters parameters{};
  std::vector<std::uint8_t> bytes;
};

template <class Parameters>
class Slices {
 public:
  void Clear() {
    announced_.clear();
    slices_.clear();
  }

  // False where a buffer of slices is not what it should be; other buffers are none of its business.
  bool Render(const Buffer& buffer) {
    switch (buffer.type) {
      case VASliceParameterBufferType:
        return Announce(buffer);
      case VASliceDataBufferType:
        return TakeBytes(buffer);
      default:
        return true;
    }
  }

  const std::vector<Slice<Parameters>>& All() const { return slices_; }
  std::vector<Slice<Parameters>> Release() { return std::move(slices_); }

 private:
  // False where it is too small.
  bool Announce(const Buffer& buffer) {
    for (unsigned element = 0; element < buffer.elements; ++element) {
      const auto parameters = buffer.Element<Parameters>(element);
      if (!parameters) return false;
      announced_.push_back(*parameters);
    }
    return true;
  }

  // The bytes of all that were announced since the last one. False where a slice is not in
  // it.
  bool TakeBytes(const Buffer& buffer) {
    const auto& all = *buffer.bytes;
    for (const auto& slice : announced_) {
      const std::size_t begin = slice.slice_data_offset;
      if (slice.slice_data_flag != VA_SLICE_DATA_FLAG_ALL || slice.slice_data_size == 0 || begin > all.size() ||
          slice.slice_data_size > all.size() - begin) {
        return false;
      }
      const auto* const bytes = all.data() + begin;
      slices_.push_back({slice, {bytes, bytes + slice.slice_data_size}});
    }
    announced_.clear();
    return true;
  }

  std::vector<Parameters> announced_;  // whose bytes have not come yet
  std::vector<Slice<Parameters>> slices_;
};

}  // namespace vfqual::lab_va
