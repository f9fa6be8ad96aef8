#include "suites/media/surface_pictures.h"

#include <cstring>

#include "suites/va/va_display.h"

namespace vfqual::suites {

Status WriteImage(const VaImageMemory& image, const Nv12Picture& picture) {
  const auto mapping = VaMapping::Map(image);
  if (!mapping) return Fail(mapping.error());
  for (unsigned row = 0; row < picture.height; ++row) {
    std::memcpy(mapping->Row(0, row), picture.luma.data() + std::size_t{row} * picture.width, picture.width);
  }
  for (unsigned row = 0; row < picture.ChromaRows(); ++row) {
    std::memcpy(mapping->Row(1, row), picture.chroma.data() + std::size_t{row} * picture.ChromaStride(),
                picture.ChromaStride());
  }
  return {};
}

Result<Nv12Picture> ReadImage(const VaImageMemory& image, unsigned width, unsigned height) {
  const auto mapping = VaMapping::Map(image);
  if (!mapping) return Fail(mapping.error());
  Nv12Picture picture(width, height);
  for (unsigned row = 0; row < height; ++row) {
    std::memcpy(picture.luma.data() + std::size_t{row} * width, mapping->Row(0, row), width);
  }
  for (unsigned row = 0; row < picture.ChromaRows(); ++row) {
    std::memcpy(picture.chroma.data() + std::size_t{row} * picture.ChromaStride(), mapping->Row(1, row),
                picture.ChromaStride());
  }
  return picture;
}

Status PutPicture(const VaSurface& surface, const Nv12Picture& picture) {
  const auto image = MakeNv12Image(surface.Display(), picture.width, picture.height);
  if (!image) return Fail(image.error());
  if (const auto written = WriteImage(*image, picture); !written) return written;
  VAStatus status = vaPutImage(surface.Display(), surface.Id(), image->object.Id(), 0, 0, picture.width, picture.height,
                               0, 0, picture.width, picture.height);
  if (status != VA_STATUS_SUCCESS) return Fail(VaCallFailed("vaPutImage", status));
  status = vaSyncSurface(surface.Display(), surface.Id());
  if (status != VA_STATUS_SUCCESS) return Fail(VaCallFailed("vaSyncSurface", status));
  return {};
}

Result<Nv12Picture> GetPicture(const VaSurface& surface, unsigned width, unsigned height) {
  const auto image = MakeNv12Image(surface.Display(), width, height);
  if (!image) return Fail(image.error());
  const VAStatus status = vaGetImage(surface.Display(), surface.Id(), 0, 0, width, height, image->object.Id());
  if (status != VA_STATUS_SUCCESS) return Fail(VaCallFailed("vaGetImage", status));
  return ReadImage(*image, width, height);
}

}  // namespace vfqual::suites
