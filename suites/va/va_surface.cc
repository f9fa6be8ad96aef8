#include "suites/va/va_surface.h"

#include <fmt/format.h>

#include "suites/va/va_display.h"

namespace vfqual::suites {
namespace {

Result<VaNv12Image> Own(VADisplay display, const VAImage& facts) {
  VaNv12Image image{VaImageObject(display, facts.image_id), facts};
  if (facts.format.fourcc != VA_FOURCC_NV12 || facts.num_planes != 2) return Fail("the image is not in NV12");
  return image;
}

}  // namespace

Result<VaSurface> MakeSurface(VADisplay display, unsigned width, unsigned height) {
  VASurfaceID id = VA_INVALID_SURFACE;
  VASurfaceAttrib format{};
  format.type = VASurfaceAttribPixelFormat;
  format.flags = VA_SURFACE_ATTRIB_SETTABLE;
  format.value.type = VAGenericValueTypeInteger;
  format.value.value.i = VA_FOURCC_NV12;
  const VAStatus status = vaCreateSurfaces(display, VA_RT_FORMAT_YUV420, width, height, &id, 1, &format, 1);
  if (status != VA_STATUS_SUCCESS)
    return Fail(VaCallFailed(fmt::format("vaCreateSurfaces({}x{})", width, height), status));
  return VaSurface(display, id);
}

Result<VaNv12Image> MakeNv12Image(VADisplay display, unsigned width, unsigned height) {
  VAImageFormat format{};
  format.fourcc = VA_FOURCC_NV12;
  format.byte_order = VA_LSB_FIRST;
  format.bits_per_pixel = 12;
  VAImage image{};
  const VAStatus status = vaCreateImage(display, &format, static_cast<int>(width), static_cast<int>(height), &image);
  if (status != VA_STATUS_SUCCESS) return Fail(VaCallFailed("vaCreateImage(NV12)", status));
  return Own(display, image);
}

Result<VaNv12Image> DeriveNv12Image(const VaSurface& surface) {
  VAImage image{};
  const VAStatus status = vaDeriveImage(surface.Display(), surface.Id(), &image);
  if (status != VA_STATUS_SUCCESS) return Fail(VaCallFailed("vaDeriveImage", status));
  return Own(surface.Display(), image);
}

Result<VaMapping> VaMapping::Map(const VaNv12Image& image) {
  void* bytes = nullptr;
  const VAStatus status = vaMapBuffer(image.object.Display(), image.facts.buf, &bytes);
  if (status != VA_STATUS_SUCCESS) return Fail(VaCallFailed("vaMapBuffer", status));
  return VaMapping(image.object.Display(), image.facts, bytes);
}

}  // namespace vfqual::suites
