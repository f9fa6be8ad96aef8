// Headers that an application made itself, which libva hands over in two buffers: what it is, then its bits.
#pragma once

#include <va/va.h>

#include <cstdint>
#include <optional>
#include <utility>
#include <vector>

#include "suites/lab-va/buffer.h"

namespace vfqual::lab_va {

// Of one picture.
class PackedHeaders {
 public:
  // Of VAEncPackedHeaderParameterBufferType or VAEncPackedHeaderDataBufferType. False where it is too short.
  bool Render(const Buffer& buffer) {
    if (buffer.type == VAEncPackedHeaderParameterBufferType) {
      announced_ = buffer.Element<VAEncPackedHeaderParameterBuffer>();
      return announced_.has_value();
    }
    const std::size_t size = announced_ ? (std::size_t{announced_->bit_length} + 7) / 8 : 0;
    if (!announced_ || size > buffer.bytes->size()) return false;
    headers_.emplace_back(announced_->type,
                          std::vector<std::uint8_t>(buffer.bytes->data(), buffer.bytes->data() + size));
    announced_.reset();
    return true;
  }

  // VAEncPackedHeader…: the first of its type.
  std::optional<std::vector<std::uint8_t>> Find(std::uint32_t type) const {
    for (const auto& [its_type, bytes] : headers_) {
      if (its_type == type) return bytes;
    }
    return std::nullopt;
  }

 private:
  std::optional<VAEncPackedHeaderParameterBuffer> announced_;
  std::vector<std::pair<std::uint32_t, std::vector<std::uint8_t>>> headers_;
};

}  // namespace vfqual::lab_va
