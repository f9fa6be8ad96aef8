#include "suites/va/va_surface.h"

#include <fmt/format.h>

#include <algorithm>
#include <vector>

#include "suites/va/va_display.h"

namespace vfqual::suites {
namespace {

Result<VaImageMemory> Own(VADisplay display, const VAImage& facts) {
  VaImageMemory image{VaImageObject(display, facts.image_id), facts};
  if (facts.format.fourcc != VA_FOURCC_NV12 || facts.num_planes != 2) return Fail("the image is not in NV12");
  return image;
}

}  // namespace

Result<VaSurface> MakeSurface(VADisplay display, unsigned width, unsigned height, unsigned rt_format,
                              std::uint32_t fourcc) {
  VASurfaceID id = VA_INVALID_SURFACE;
  VASurfaceAttrib format{};
  format.type = VASurfaceAttribPixelFormat;
  format.flags = VA_SURFACE_ATTRIB_SETTABLE;
  format.value.type = VAGenericValueTypeInteger;
  format.value.value.i = static_cast<int>(fourcc);
  const VAStatus status = vaCreateSurfaces(display, rt_format, width, height, &id, 1, &format, 1);
  if (status != VA_STATUS_SUCCESS)
    return Fail(VaCallFailed(fmt::format("vaCreateSurfaces({}x{})", width, height), status));
  return VaSurface(display, id);
}

Result<VaImageMemory> MakeNv12Image(VADisplay display, unsigned width, unsigned height) {
  VAImageFormat format{};
  format.fourcc = VA_FOURCC_NV12;
  format.byte_order = VA_LSB_FIRST;
  format.bits_per_pixel = 12;
  VAImage image{};
  const VAStatus status = vaCreateImage(display, &format, static_cast<int>(width), static_cast<int>(height), &image);
  if (status != VA_STATUS_SUCCESS) return Fail(VaCallFailed("vaCreateImage(NV12)", status));
  return Own(display, image);
}

Result<VaImageMemory> MakeImage(VADisplay display, std::uint32_t fourcc, unsigned width, unsigned height) {
  const int room = vaMaxNumImageFormats(display);
  std::vector<VAImageFormat> formats(static_cast<std::size_t>(std::max(room, 0)));
  int count = 0;
  VAStatus status = vaQueryImageFormats(display, formats.data(), &count);
  if (status != VA_STATUS_SUCCESS) return Fail(VaCallFailed("vaQueryImageFormats", status));
  formats.resize(static_cast<std::size_t>(std::clamp(count, 0, room)));
  const auto found = std::find_if(formats.begin(), formats.end(),
                                  [=](const VAImageFormat& format) { return format.fourcc == fourcc; });
  const auto name = fmt::format("{}{}{}{}", static_cast<char>(fourcc & 0xffU), static_cast<char>(fourcc >> 8U & 0xffU),
                                static_cast<char>(fourcc >> 16U & 0xffU), static_cast<char>(fourcc >> 24U));
  if (found == formats.end()) return Fail(fmt::format("the driver lists no image format {}", name));
  VAImage image{};
  status = vaCreateImage(display, &*found, static_cast<int>(width), static_cast<int>(height), &image);
  if (status != VA_STATUS_SUCCESS) return Fail(VaCallFailed(fmt::format("vaCreateImage({})", name), status));
  return VaImageMemory{VaImageObject(display, image.image_id), image};
}

Result<VaImageMemory> DeriveNv12Image(const VaSurface& surface) {
  VAImage image{};
  const VAStatus status = vaDeriveImage(surface.Display(), surface.Id(), &image);
  if (status != VA_STATUS_SUCCESS) return Fail(VaCallFailed("vaDeriveImage", status));
  return Own(surface.Display(), image);
}

Result<VaMapping> VaMapping::Map(const VaImageMemory& image) {
  void* bytes = nullptr;
  const VAStatus status = vaMapBuffer(image.object.Display(), image.facts.buf, &bytes);
  if (status != VA_STATUS_SUCCESS) return Fail(VaCallFailed("vaMapBuffer", status));
  return VaMapping(image.object.Display(), image.facts, bytes);
}

}  // namespace vfqual::suites
