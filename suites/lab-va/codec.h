// What the driver knows of a codec, and a stream of it that is being decoded or encoded.
#pragma once

#include <va/va.h>

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string_view>

#include "suites/lab-va/buffer.h"
#include "suites/lab-va/lab_fault.h"
#include "suites/lab-va/surface.h"

namespace vfqual::lab_va {

// Between Begin and Decode come the picture's buffers.
class StreamDecoder {
 public:
  StreamDecoder() = default;
  StreamDecoder(const StreamDecoder&) = delete;
  StreamDecoder& operator=(const StreamDecoder&) = delete;
  virtual ~StreamDecoder() = default;

  virtual void Begin() = 0;
  virtual bool Render(const Buffer& buffer) = 0;  // false where the buffer is not what it should be
  virtual VAStatus Decode(Surface& target) = 0;
};

// Between Begin and Encode come the picture's buffers.
class StreamEncoder {
 public:
  StreamEncoder() = default;
  StreamEncoder(const StreamEncoder&) = delete;
  StreamEncoder& operator=(const StreamEncoder&) = delete;
  virtual ~StreamEncoder() = default;

  virtual void Begin() = 0;
  virtual bool Render(const Buffer& buffer) = 0;  // false where the buffer is not what it should be
  // Where the picture is to be coded into; nothing where it lacks parameters.
  virtual std::optional<VABufferID> CodedBuffer() const = 0;
  // The bytes are in `coded` when this returns, or where Awaits says so later.
  virtual VAStatus Encode(const Surface& source, const SharedBytes& coded) = 0;
  // Whether the coded bytes, or those of a picture in this surface, are still to come.
  virtual bool Awaits(const SharedBytes& /*coded_or_surface*/) const { return false; }
  // All that was handed over is coded when this returns. False where the encoder fails.
  virtual bool Finish() { return true; }
};

struct Codec {
  std::string_view name;  // as in VFQUAL_LAB_VA_CODECS
  std::span<const VAProfile> profiles;
  std::span<const VAEntrypoint> entrypoints;
  // VA_ATTRIB_NOT_SUPPORTED for what does not apply to its encoder. Null where it has none.
  std::uint32_t (*encode_attribute)(VAConfigAttribType type);
  // Null where libavcodec does not open.
  std::unique_ptr<StreamDecoder> (*make_decoder)(VAProfile profile, Fault fault);
  std::unique_ptr<StreamEncoder> (*make_encoder)(VAProfile profile, std::uint32_t rate_control, Fault fault);
};

// The one profile of ten bits that the driver knows.
inline bool HasTenBits(VAProfile profile) {
  return profile == VAProfileHEVCMain10;
}

}  // namespace vfqual::lab_va
