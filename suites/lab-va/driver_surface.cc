#include <algorithm>
#include <cstring>

#include "suites/lab-va/capabilities.h"
#include "suites/lab-va/driver.h"

namespace vfqual::lab_va {
namespace {

constexpr std::size_t kFlippedByte = 5;

// One rectangle of one plane; the columns are in bytes.
struct PlanePart {
  std::uint8_t* bytes;
  std::size_t stride;
};

void CopyPlane(const PlanePart& from, const PlanePart& to, std::size_t columns, unsigned rows) {
  for (unsigned row = 0; row < rows; ++row) {
    std::memcpy(to.bytes + row * to.stride, from.bytes + row * from.stride, columns);
  }
}

std::optional<std::uint32_t> FourccOf(unsigned rt_format) {
  switch (rt_format) {
    case VA_RT_FORMAT_YUV420:
      return VA_FOURCC_NV12;
    case VA_RT_FORMAT_YUV420_10:
      return VA_FOURCC_P010;
    case VA_RT_FORMAT_RGB32:
      return VA_FOURCC_BGRX;
    default:
      return std::nullopt;
  }
}

bool Lists(const Capabilities& capabilities, std::uint32_t fourcc) {
  const auto formats = capabilities.ImageFormats();
  return std::any_of(formats.begin(), formats.end(), [=](const auto& format) { return format.fourcc == fourcc; });
}

VAImageFormat FormatOf(const Surface& surface) {
  if (!surface.HasChroma()) return BgrxFormat();
  return surface.IsNv12() ? Nv12Format() : P010Format();
}

bool Inside(unsigned begin, unsigned size, unsigned limit) {
  return begin <= limit && size <= limit - begin;
}

}  // namespace

VAStatus Driver::CreateSurfaces(int width, int height, int format, int count, VASurfaceID* ids) {
  if (width <= 0 || height <= 0 || count < 0) return VA_STATUS_ERROR_INVALID_PARAMETER;
  return CreateSurfaces2(static_cast<unsigned>(format), static_cast<unsigned>(width), static_cast<unsigned>(height),
                         ids, static_cast<unsigned>(count), nullptr, 0);
}

VAStatus Driver::CreateSurfaces2(unsigned format, unsigned width, unsigned height, VASurfaceID* ids, unsigned count,
                                 VASurfaceAttrib* attributes, unsigned attribute_count) {
  const auto fourcc = FourccOf(format);
  if (!fourcc || !Lists(capabilities_, *fourcc)) return VA_STATUS_ERROR_UNSUPPORTED_RT_FORMAT;
  if (width == 0 || height == 0 || width > kMaxWidth || height > kMaxHeight) {
    return VA_STATUS_ERROR_RESOLUTION_NOT_SUPPORTED;
  }
  for (unsigned index = 0; index < attribute_count; ++index) {
    const auto& attribute = attributes[index];
    if ((attribute.flags & VA_SURFACE_ATTRIB_SETTABLE) == 0) continue;
    if (attribute.type == VASurfaceAttribPixelFormat && attribute.value.value.i != static_cast<int>(*fourcc)) {
      return VA_STATUS_ERROR_INVALID_IMAGE_FORMAT;
    }
    if (attribute.type == VASurfaceAttribMemoryType && attribute.value.value.i != VA_SURFACE_ATTRIB_MEM_TYPE_VA) {
      return VA_STATUS_ERROR_UNSUPPORTED_MEMORY_TYPE;
    }
  }
  for (unsigned index = 0; index < count; ++index) ids[index] = surfaces_.Make(width, height, *fourcc).first;
  return VA_STATUS_SUCCESS;
}

VAStatus Driver::DestroySurfaces(VASurfaceID* ids, int count) {
  for (int index = 0; index < count; ++index) {
    if (!surfaces_.Destroy(ids[index])) return VA_STATUS_ERROR_INVALID_SURFACE;
  }
  return VA_STATUS_SUCCESS;
}

// Most work is done where it is asked for, so it is over whenever somebody waits.
VAStatus Driver::SyncSurface(VASurfaceID id) {
  const Surface* const surface = surfaces_.Find(id);
  if (surface == nullptr) return VA_STATUS_ERROR_INVALID_SURFACE;
  return Finish(surface->stream, surface->Bytes());
}

VAStatus Driver::SyncSurface2(VASurfaceID id, std::uint64_t /*timeout_ns*/) {
  return SyncSurface(id);
}

VAStatus Driver::QuerySurfaceStatus(VASurfaceID id, VASurfaceStatus* status) {
  const Surface* const surface = surfaces_.Find(id);
  if (surface == nullptr) return VA_STATUS_ERROR_INVALID_SURFACE;
  const Stream* const stream = streams_.Find(surface->stream);
  const bool works = stream != nullptr && stream->encoder && stream->encoder->Awaits(surface->Bytes());
  *status = works ? VASurfaceRendering : VASurfaceReady;
  return VA_STATUS_SUCCESS;
}

VAStatus Driver::QueryImageFormats(VAImageFormat* formats, int* count) const {
  const auto offered = capabilities_.ImageFormats();
  std::copy(offered.begin(), offered.end(), formats);
  *count = static_cast<int>(offered.size());
  return VA_STATUS_SUCCESS;
}

void Driver::MakeImage(const Surface& memory, VAImage* image) {
  const auto [buffer_id, buffer] = buffers_.Make();
  buffer->type = VAImageBufferType;
  buffer->element_bytes = memory.Bytes()->size();
  buffer->elements = 1;
  buffer->bytes = memory.Bytes();

  VAImage facts{};
  facts.format = FormatOf(memory);
  facts.buf = buffer_id;
  facts.width = static_cast<std::uint16_t>(memory.Width());
  facts.height = static_cast<std::uint16_t>(memory.Height());
  facts.data_size = static_cast<std::uint32_t>(buffer->element_bytes);
  facts.num_planes = memory.HasChroma() ? 2 : 1;
  facts.pitches[0] = memory.Stride();
  if (memory.HasChroma()) {
    facts.pitches[1] = memory.Stride();
    facts.offsets[1] = static_cast<std::uint32_t>(memory.ChromaOffset());
  }
  const auto [image_id, made] = images_.Make();
  facts.image_id = image_id;
  made->buffer = buffer_id;
  made->facts = facts;
  *image = facts;
}

VAStatus Driver::CreateImage(VAImageFormat* format, int width, int height, VAImage* image) {
  if (!Lists(capabilities_, format->fourcc)) return VA_STATUS_ERROR_INVALID_IMAGE_FORMAT;
  if (width <= 0 || height <= 0 || width > static_cast<int>(kMaxWidth) || height > static_cast<int>(kMaxHeight)) {
    return VA_STATUS_ERROR_RESOLUTION_NOT_SUPPORTED;
  }
  MakeImage(Surface(static_cast<unsigned>(width), static_cast<unsigned>(height), format->fourcc), image);
  return VA_STATUS_SUCCESS;
}

VAStatus Driver::DeriveImage(VASurfaceID id, VAImage* image) {
  const Surface* const surface = surfaces_.Find(id);
  if (surface == nullptr) return VA_STATUS_ERROR_INVALID_SURFACE;
  MakeImage(*surface, image);
  return VA_STATUS_SUCCESS;
}

VAStatus Driver::DestroyImage(VAImageID id) {
  const Image* const image = images_.Find(id);
  if (image == nullptr) return VA_STATUS_ERROR_INVALID_IMAGE;
  buffers_.Destroy(image->buffer);
  images_.Destroy(id);
  return VA_STATUS_SUCCESS;
}

VAStatus Driver::Copy(const Surface& surface, unsigned surface_x, unsigned surface_y, const VAImage& image,
                      unsigned image_x, unsigned image_y, unsigned width, unsigned height, bool into_surface) {
  if (!Inside(surface_x, width, surface.Width()) || !Inside(surface_y, height, surface.Height()) ||
      !Inside(image_x, width, image.width) || !Inside(image_y, height, image.height)) {
    return VA_STATUS_ERROR_INVALID_PARAMETER;
  }
  if (image.format.fourcc != surface.Fourcc()) {
    return VA_STATUS_ERROR_INVALID_IMAGE_FORMAT;
  }
  const Buffer* const buffer = buffers_.Find(image.buf);
  if (buffer == nullptr) return VA_STATUS_ERROR_INVALID_BUFFER;
  const auto copy = [=](const PlanePart& in_surface, const PlanePart& in_image, std::size_t columns, unsigned rows) {
    if (into_surface) return CopyPlane(in_image, in_surface, columns, rows);
    CopyPlane(in_surface, in_image, columns, rows);
  };
  const std::size_t stride = surface.Stride();
  std::uint8_t* const bytes = buffer->bytes->data();
  const std::size_t sample_bytes = surface.SampleBytes();
  copy({surface.Luma() + surface_y * stride + surface_x * sample_bytes, stride},
       {bytes + std::size_t{image_y} * image.pitches[0] + image_x * sample_bytes, image.pitches[0]},
       width * sample_bytes, height);
  if (!surface.HasChroma()) return VA_STATUS_SUCCESS;
  // Two columns and two rows of luma share a sample of chroma, which has two of them.
  const auto even = [=](unsigned value) { return std::size_t{value / 2} * 2 * sample_bytes; };
  const auto half = [](unsigned value) { return std::size_t{value / 2}; };
  copy({surface.Chroma() + half(surface_y) * stride + even(surface_x), stride},
       {bytes + image.offsets[1] + half(image_y) * image.pitches[1] + even(image_x), image.pitches[1]}, even(width + 1),
       (height + 1) / 2);
  if (into_surface && fault_ == Fault::kUploadFlippedBit) surface.Luma()[kFlippedByte] ^= 0x04U;
  return VA_STATUS_SUCCESS;
}

VAStatus Driver::GetImage(VASurfaceID id, int x, int y, unsigned width, unsigned height, VAImageID image_id) {
  const Surface* const surface = surfaces_.Find(id);
  const Image* const image = images_.Find(image_id);
  if (surface == nullptr) return VA_STATUS_ERROR_INVALID_SURFACE;
  if (image == nullptr) return VA_STATUS_ERROR_INVALID_IMAGE;
  if (x < 0 || y < 0) return VA_STATUS_ERROR_INVALID_PARAMETER;
  return Copy(*surface, static_cast<unsigned>(x), static_cast<unsigned>(y), image->facts, 0, 0, width, height, false);
}

VAStatus Driver::PutImage(VASurfaceID id, VAImageID image_id, int from_x, int from_y, unsigned from_width,
                          unsigned from_height, int to_x, int to_y, unsigned to_width, unsigned to_height) {
  const Surface* const surface = surfaces_.Find(id);
  const Image* const image = images_.Find(image_id);
  if (surface == nullptr) return VA_STATUS_ERROR_INVALID_SURFACE;
  if (image == nullptr) return VA_STATUS_ERROR_INVALID_IMAGE;
  const bool scales = from_width != to_width || from_height != to_height;
  if (from_x < 0 || from_y < 0 || to_x < 0 || to_y < 0 || scales) return VA_STATUS_ERROR_INVALID_PARAMETER;
  return Copy(*surface, static_cast<unsigned>(to_x), static_cast<unsigned>(to_y), image->facts,
              static_cast<unsigned>(from_x), static_cast<unsigned>(from_y), to_width, to_height, true);
}

}  // namespace vfqual::lab_va
