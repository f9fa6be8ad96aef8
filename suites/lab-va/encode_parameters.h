// The three buffers that libva tells an encoder of slices a picture with.
#pragma once

#include <va/va.h>

#include <optional>

#include "suites/lab-va/buffer.h"

namespace vfqual::lab_va {

template <class Sequence, class Picture, class Slice>
struct EncodeParameters {
  std::optional<Sequence> sequence;  // holds until another comes
  std::optional<Picture> picture;
  std::optional<Slice> slice;

  void BeginPicture() {
    picture.reset();
    slice.reset();
  }

  // Nothing for a buffer of another kind; false where it is too small, or a second slice.
  std::optional<bool> Render(const Buffer& buffer) {
    switch (buffer.type) {
      case VAEncSequenceParameterBufferType:
        sequence = buffer.Element<Sequence>();
        return sequence.has_value();
      case VAEncPictureParameterBufferType:
        picture = buffer.Element<Picture>();
        return picture.has_value();
      case VAEncSliceParameterBufferType:
        if (buffer.elements != 1 || slice) return false;  // VAConfigAttribEncMaxSlices
        slice = buffer.Element<Slice>();
        return slice.has_value();
      default:
        return std::nullopt;
    }
  }

  std::optional<VABufferID> CodedBuffer() const {
    if (!sequence || !picture || !slice) return std::nullopt;
    return picture->coded_buf;
  }
};

}  // namespace vfqual::lab_va
