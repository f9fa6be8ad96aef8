// Surfaces, images and mapped buffers of libva, each ended with its object.
#pragma once

#include <va/va.h>

#include <cstddef>
#include <cstdint>
#include <utility>

#include "suites/support/result.h"

namespace vfqual::suites {

// An id of libva's and the call that ends it. The display outlives it.
template <VAStatus (*kDestroy)(VADisplay, VAGenericID)>
class VaObject {
 public:
  VaObject(VADisplay display, VAGenericID id) : display_(display), id_(id) {}
  VaObject(VaObject&& other) noexcept : display_(other.display_), id_(std::exchange(other.id_, VA_INVALID_ID)) {}
  VaObject& operator=(VaObject&&) = delete;
  VaObject(const VaObject&) = delete;
  VaObject& operator=(const VaObject&) = delete;
  ~VaObject() {
    if (id_ != VA_INVALID_ID) kDestroy(display_, id_);
  }

  VAGenericID Id() const { return id_; }
  VADisplay Display() const { return display_; }

 private:
  VADisplay display_;
  VAGenericID id_;
};

inline VAStatus DestroySurface(VADisplay display, VAGenericID id) {
  return vaDestroySurfaces(display, &id, 1);
}

using VaSurface = VaObject<DestroySurface>;
using VaImageObject = VaObject<vaDestroyImage>;
// 4:2:0 of 8 bits, or of the given format: VA_RT_FORMAT_… with its fourcc.
Result<VaSurface> MakeSurface(VADisplay display, unsigned width, unsigned height,
                              unsigned rt_format = VA_RT_FORMAT_YUV420, std::uint32_t fourcc = VA_FOURCC_NV12);

struct VaImageMemory {
  VaImageObject object;
  VAImage facts;
};

Result<VaImageMemory> MakeNv12Image(VADisplay display, unsigned width, unsigned height);
// One of the formats that the driver lists.
Result<VaImageMemory> MakeImage(VADisplay display, std::uint32_t fourcc, unsigned width, unsigned height);
// The surface's own memory.
Result<VaImageMemory> DeriveNv12Image(const VaSurface& surface);

// The memory of an image, as long as it lives.
class VaMapping {
 public:
  static Result<VaMapping> Map(const VaImageMemory& image);

  unsigned char* Row(unsigned plane, unsigned row) const {
    return bytes_ + facts_.offsets[plane] + std::size_t{row} * facts_.pitches[plane];
  }

 private:
  VaMapping(VADisplay display, const VAImage& facts, void* bytes)
      : facts_(facts), bytes_(static_cast<unsigned char*>(bytes)), buffer_(display, facts.buf) {}

  VAImage facts_;
  unsigned char* bytes_;
  VaObject<vaUnmapBuffer> buffer_;
};

}  // namespace vfqual::suites
