// What applications hand over in libva's buffers.
#pragma once

#include <va/va.h>

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <memory>
#include <optional>
#include <vector>

namespace vfqual::lab_va {

using SharedBytes = std::shared_ptr<std::vector<std::uint8_t>>;

struct Buffer {
  VABufferType type = VAPictureParameterBufferType;
  std::size_t element_bytes = 0;
  unsigned elements = 0;
  SharedBytes bytes;
  VACodedBufferSegment coded{};  // of a VAEncCodedBufferType, whose bytes are what was coded
  std::size_t coded_room = 0;
  VAContextID stream = VA_INVALID_ID;  // that codes into it

  // Nothing where there is none, or it is smaller than T.
  template <class T>
  std::optional<T> Element(unsigned element = 0) const {
    if (element >= elements || element_bytes < sizeof(T)) return std::nullopt;
    T value{};
    std::memcpy(&value, bytes->data() + element * element_bytes, sizeof(T));
    return value;
  }
};

}  // namespace vfqual::lab_va
