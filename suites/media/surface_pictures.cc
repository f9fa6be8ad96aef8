#include "suites/media/surface_pictures.h"

#include <cstring>

#include "suites/va/va_display.h"

namespace vfqual::suites {

namespace {

bool HasTenBits(const VaImageMemory& image) {
  return image.facts.format.fourcc == VA_FOURCC_P010;
}

// One row of a plane. Of P010 each sample has ten bits at the top of two bytes.
void WriteRow(const std::uint8_t* samples, const std::uint8_t* low, unsigned columns, bool ten_bits,
              unsigned char* to) {
  if (!ten_bits) {
    std::memcpy(to, samples, columns);
    return;
  }
  for (unsigned column = 0; column < columns; ++column) {
    *to++ = static_cast<unsigned char>(low == nullptr ? 0U : unsigned{low[column]} << 6U);
    *to++ = samples[column];
  }
}

void ReadRow(const unsigned char* from, unsigned columns, bool ten_bits, std::uint8_t* samples, std::uint8_t* low) {
  if (!ten_bits) {
    std::memcpy(samples, from, columns);
    return;
  }
  for (unsigned column = 0; column < columns; ++column) {
    low[column] = static_cast<std::uint8_t>(*from++ >> 6U);
    samples[column] = *from++;
  }
}

}  // namespace

Status WriteImage(const VaImageMemory& image, const Nv12Picture& picture) {
  const auto mapping = VaMapping::Map(image);
  if (!mapping) return Fail(mapping.error());
  const auto write = [&](unsigned plane, const std::vector<std::uint8_t>& samples, const std::vector<std::uint8_t>& low,
                         unsigned columns) {
    for (std::size_t at = 0; at < samples.size(); at += columns) {
      WriteRow(samples.data() + at, low.empty() ? nullptr : low.data() + at, columns, HasTenBits(image),
               mapping->Row(plane, static_cast<unsigned>(at / columns)));
    }
  };
  write(0, picture.luma, picture.luma_low, picture.width);
  write(1, picture.chroma, picture.chroma_low, picture.ChromaStride());
  return {};
}

Result<Nv12Picture> ReadImage(const VaImageMemory& image, unsigned width, unsigned height) {
  const auto mapping = VaMapping::Map(image);
  if (!mapping) return Fail(mapping.error());
  const bool ten_bits = HasTenBits(image);
  Nv12Picture picture(width, height);
  if (ten_bits) {
    picture.luma_low.resize(picture.luma.size());
    picture.chroma_low.resize(picture.chroma.size());
  }
  const auto read = [&](unsigned plane, std::vector<std::uint8_t>& samples, std::vector<std::uint8_t>& low,
                        unsigned columns) {
    for (std::size_t at = 0; at < samples.size(); at += columns) {
      ReadRow(mapping->Row(plane, static_cast<unsigned>(at / columns)), columns, ten_bits, samples.data() + at,
              ten_bits ? low.data() + at : nullptr);
    }
  };
  read(0, picture.luma, picture.luma_low, width);
  read(1, picture.chroma, picture.chroma_low, picture.ChromaStride());
  return picture;
}

Status PutPicture(const VaSurface& surface, const Nv12Picture& picture) {
  const auto image = picture.luma_low.empty()
                         ? MakeNv12Image(surface.Display(), picture.width, picture.height)
                         : MakeImage(surface.Display(), VA_FOURCC_P010, picture.width, picture.height);
  if (!image) return Fail(image.error());
  if (const auto written = WriteImage(*image, picture); !written) return written;
  VAStatus status = vaPutImage(surface.Display(), surface.Id(), image->object.Id(), 0, 0, picture.width, picture.height,
                               0, 0, picture.width, picture.height);
  if (status != VA_STATUS_SUCCESS) return Fail(VaCallFailed("vaPutImage", status));
  status = vaSyncSurface(surface.Display(), surface.Id());
  if (status != VA_STATUS_SUCCESS) return Fail(VaCallFailed("vaSyncSurface", status));
  return {};
}

Result<Nv12Picture> GetPicture(const VaSurface& surface, unsigned width, unsigned height, bool ten_bits) {
  const auto image = ten_bits ? MakeImage(surface.Display(), VA_FOURCC_P010, width, height)
                              : MakeNv12Image(surface.Display(), width, height);
  if (!image) return Fail(image.error());
  const VAStatus status = vaGetImage(surface.Display(), surface.Id(), 0, 0, width, height, image->object.Id());
  if (status != VA_STATUS_SUCCESS) return Fail(VaCallFailed("vaGetImage", status));
  return ReadImage(*image, width, height);
}

}  // namespace vfqual::suites
