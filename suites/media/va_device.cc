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

// Little-endian samples of 16 bits with ten in use: the position of the lowest in use.
std::uint8_t UpperBits(const std::uint8_t* sample, unsigned lowest) {
  const unsigned value = sample[0] | unsigned{sample[1]} << 8U;
  return static_cast<std::uint8_t>(value >> (lowest + 2));
}

struct Plane {
  const std::uint8_t* bytes;
  std::ptrdiff_t stride;

  const std::uint8_t* Row(unsigned row) const { return bytes + static_cast<std::ptrdiff_t>(row) * stride; }
};

// Copies `columns` samples of each row to every `step`-th byte. Samples have 1 or 2 bytes.
void Take(const Plane& from, unsigned bytes_per_sample, unsigned lowest_bit, unsigned columns, unsigned rows,
          std::uint8_t* to, std::size_t to_stride, unsigned step) {
  for (unsigned row = 0; row < rows; ++row, to += to_stride) {
    const std::uint8_t* source = from.Row(row);
    for (unsigned column = 0; column < columns; ++column, source += bytes_per_sample) {
      to[std::size_t{column} * step] = bytes_per_sample == 1 ? *source : UpperBits(source, lowest_bit);
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
  const unsigned bytes = ten_bits ? 2 : 1;
  const unsigned lowest_bit = format == AV_PIX_FMT_P010LE ? 6 : 0;
  Nv12Picture picture(static_cast<unsigned>(frame.width), static_cast<unsigned>(frame.height));
  const auto plane = [&](int index) { return Plane{frame.data[index], frame.linesize[index]}; };
  Take(plane(0), bytes, lowest_bit, picture.width, picture.height, picture.luma.data(), picture.width, 1);
  const std::size_t stride = picture.ChromaStride();
  std::uint8_t* const chroma = picture.chroma.data();
  if (interleaved) {
    Take(plane(1), bytes, lowest_bit, picture.ChromaStride(), picture.ChromaRows(), chroma, stride, 1);
  } else {
    for (int index = 1; index <= 2; ++index) {
      Take(plane(index), bytes, lowest_bit, picture.ChromaStride() / 2, picture.ChromaRows(), chroma + index - 1,
           stride, 2);
    }
  }
  return picture;
}

void Put(const std::vector<std::uint8_t>& samples, unsigned columns, AVFrame& frame, int plane, bool ten_bits) {
  std::uint8_t* row = frame.data[plane];
  for (std::size_t at = 0; at < samples.size(); at += columns, row += frame.linesize[plane]) {
    if (!ten_bits) {
      std::memcpy(row, samples.data() + at, columns);
      continue;
    }
    for (unsigned column = 0; column < columns; ++column) {
      row[std::size_t{column} * 2] = 0;
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
  Put(picture.luma, picture.width, *memory, 0, ten_bits);
  Put(picture.chroma, picture.ChromaStride(), *memory, 1, ten_bits);
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
