#include "suites/media/va_device.h"

extern "C" {
#include <libavutil/hwcontext.h>
#include <libavutil/hwcontext_vaapi.h>
#include <libavutil/pixdesc.h>
}
#include <fmt/format.h>

#include <cstring>

#include "suites/media/av_log.h"

namespace vfqual::suites {
namespace {

constexpr int kPoolSurfaces = 20;  // a fixed number, as drivers want that are told of their surfaces at first

struct Plane {
  const std::uint8_t* bytes;
  std::ptrdiff_t stride;

  const std::uint8_t* Row(unsigned row) const { return bytes + static_cast<std::ptrdiff_t>(row) * stride; }
};

// Every `step`-th sample of a picture's plane, from the first on.
struct Samples {
  std::uint8_t* upper;
  std::uint8_t* low;  // null: of eight bits
  std::size_t stride;
  unsigned step;
};

// Copies `columns` samples of each row. Those of ten bits are little-endian in two bytes, with `lowest_bit` the
// position of the lowest in use.
void Take(const Plane& from, unsigned lowest_bit, unsigned columns, unsigned rows, const Samples& to) {
  for (unsigned row = 0; row < rows; ++row) {
    const std::uint8_t* source = from.Row(row);
    for (unsigned column = 0; column < columns; ++column) {
      const std::size_t at = row * to.stride + std::size_t{column} * to.step;
      if (to.low == nullptr) {
        to.upper[at] = *source++;
        continue;
      }
      const unsigned value = (source[0] | unsigned{source[1]} << 8U) >> lowest_bit;
      to.upper[at] = static_cast<std::uint8_t>(value >> 2U);
      to.low[at] = static_cast<std::uint8_t>(value & 3U);
      source += 2;
    }
  }
}

Result<Nv12Picture> Convert(const AVFrame& frame) {
  const auto format = static_cast<AVPixelFormat>(frame.format);
  const bool interleaved = format == AV_PIX_FMT_NV12 || format == AV_PIX_FMT_P010LE;
  const bool ten_bits = format == AV_PIX_FMT_P010LE || format == AV_PIX_FMT_YUV420P10LE;
  if (!interleaved && !ten_bits && format != AV_PIX_FMT_YUV420P && format != AV_PIX_FMT_YUVJ420P) {
    const char* const name = av_get_pix_fmt_name(format);
    return Fail(
        fmt::format("decoded pictures are {}, which is not 4:2:0", name == nullptr ? "of an unknown format" : name));
  }
  const unsigned lowest_bit = format == AV_PIX_FMT_P010LE ? 6 : 0;
  Nv12Picture picture(static_cast<unsigned>(frame.width), static_cast<unsigned>(frame.height));
  if (ten_bits) {
    picture.luma_low.resize(picture.luma.size());
    picture.chroma_low.resize(picture.chroma.size());
  }
  const auto plane = [&](int index) { return Plane{frame.data[index], frame.linesize[index]}; };
  Take(plane(0), lowest_bit, picture.width, picture.height,
       {picture.luma.data(), ten_bits ? picture.luma_low.data() : nullptr, picture.width, 1});
  const auto chroma = [&](unsigned first, unsigned step) {
    return Samples{picture.chroma.data() + first, ten_bits ? picture.chroma_low.data() + first : nullptr,
                   picture.ChromaStride(), step};
  };
  if (interleaved) {
    Take(plane(1), lowest_bit, picture.ChromaStride(), picture.ChromaRows(), chroma(0, 1));
  } else {
    Take(plane(1), lowest_bit, picture.ChromaStride() / 2, picture.ChromaRows(), chroma(0, 2));
    Take(plane(2), lowest_bit, picture.ChromaStride() / 2, picture.ChromaRows(), chroma(1, 2));
  }
  return picture;
}

// `low` may be empty.
void Put(const std::vector<std::uint8_t>& samples, const std::vector<std::uint8_t>& low, unsigned columns,
         AVFrame& frame, int plane, bool ten_bits) {
  std::uint8_t* row = frame.data[plane];
  for (std::size_t at = 0; at < samples.size(); at += columns, row += frame.linesize[plane]) {
    if (!ten_bits) {
      std::memcpy(row, samples.data() + at, columns);
      continue;
    }
    for (unsigned column = 0; column < columns; ++column) {
      const unsigned lowest = low.empty() ? 0 : low[at + column];
      row[std::size_t{column} * 2] = static_cast<std::uint8_t>(lowest << 6U);
      row[std::size_t{column} * 2 + 1] = samples[at + column];
    }
  }
}

}  // namespace

Result<AvHandle<AVBufferRef>> MakeVaDevice(VADisplay display) {
  const AvLog log;
  AvHandle<AVBufferRef> device(av_hwdevice_ctx_alloc(AV_HWDEVICE_TYPE_VAAPI));
  if (!device) return Fail("av_hwdevice_ctx_alloc: no memory");
  auto* const context = reinterpret_cast<AVHWDeviceContext*>(device->data);
  static_cast<AVVAAPIDeviceContext*>(context->hwctx)->display = display;
  if (const int error = av_hwdevice_ctx_init(device.get()); error < 0) {
    return Fail(log.Failed("av_hwdevice_ctx_init", error));
  }
  return device;
}

Result<AvHandle<AVBufferRef>> MakeSurfacePool(AVBufferRef* device, unsigned width, unsigned height, bool ten_bits) {
  const AvLog log;
  AvHandle<AVBufferRef> pool(av_hwframe_ctx_alloc(device));
  if (!pool) return Fail("av_hwframe_ctx_alloc: no memory");
  auto* const context = reinterpret_cast<AVHWFramesContext*>(pool->data);
  context->format = AV_PIX_FMT_VAAPI;
  context->sw_format = ten_bits ? AV_PIX_FMT_P010 : AV_PIX_FMT_NV12;
  context->width = static_cast<int>(width);
  context->height = static_cast<int>(height);
  context->initial_pool_size = kPoolSurfaces;
  if (const int error = av_hwframe_ctx_init(pool.get()); error < 0) {
    return Fail(log.Failed(fmt::format("making surfaces of {}x{}", width, height), error));
  }
  return pool;
}

Result<AvHandle<AVFrame>> MakeMemoryFrame(const Nv12Picture& picture, bool ten_bits) {
  const AvLog log;
  AvHandle<AVFrame> memory(av_frame_alloc());
  if (!memory) return Fail("av_frame_alloc: no memory");
  memory->format = ten_bits ? AV_PIX_FMT_P010 : AV_PIX_FMT_NV12;
  memory->width = static_cast<int>(picture.width);
  memory->height = static_cast<int>(picture.height);
  if (const int error = av_frame_get_buffer(memory.get(), 0); error < 0) {
    return Fail(log.Failed("av_frame_get_buffer", error));
  }
  Put(picture.luma, picture.luma_low, picture.width, *memory, 0, ten_bits);
  Put(picture.chroma, picture.chroma_low, picture.ChromaStride(), *memory, 1, ten_bits);
  return memory;
}

Result<AvHandle<AVFrame>> UploadFrame(AVBufferRef* pool, const AVFrame& memory) {
  const AvLog log;
  AvHandle<AVFrame> surface(av_frame_alloc());
  if (!surface) return Fail("av_frame_alloc: no memory");
  if (const int error = av_hwframe_get_buffer(pool, surface.get(), 0); error < 0) {
    return Fail(log.Failed("taking a surface", error));
  }
  if (const int error = av_hwframe_transfer_data(surface.get(), &memory, 0); error < 0) {
    return Fail(log.Failed("uploading a picture", error));
  }
  return surface;
}

Result<AvHandle<AVFrame>> Upload(AVBufferRef* pool, const Nv12Picture& picture) {
  const bool ten_bits = reinterpret_cast<AVHWFramesContext*>(pool->data)->sw_format == AV_PIX_FMT_P010;
  const auto memory = MakeMemoryFrame(picture, ten_bits);
  if (!memory) return Fail(memory.error());
  return UploadFrame(pool, **memory);
}

Result<Nv12Picture> Download(const AVFrame& frame) {
  if (frame.format != AV_PIX_FMT_VAAPI) return Convert(frame);
  const AvLog log;
  const AvHandle<AVFrame> memory(av_frame_alloc());
  if (!memory) return Fail("av_frame_alloc: no memory");
  if (const int error = av_hwframe_transfer_data(memory.get(), &frame, 0); error < 0) {
    return Fail(log.Failed("downloading a picture", error));
  }
  // The whole surface comes; what the stream crops does not count.
  memory->width = frame.width;
  memory->height = frame.height;
  return Convert(*memory);
}

}  // namespace vfqual::suites
