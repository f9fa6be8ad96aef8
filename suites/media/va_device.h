// A libva display as libavutil's hardware device, and pictures in its surfaces.
#pragma once

#include <va/va.h>

#include "suites/media/av_handles.h"
#include "suites/media/nv12_picture.h"
#include "suites/support/result.h"

namespace vfqual::suites {

// The display outlives the device.
Result<AvHandle<AVBufferRef>> MakeVaDevice(VADisplay display);

// Surfaces of one size for an encoder; P010 where ten bits.
Result<AvHandle<AVBufferRef>> MakeSurfacePool(AVBufferRef* device, unsigned width, unsigned height, bool ten_bits);

// In memory, as it is uploaded from: NV12, or P010 where ten bits.
Result<AvHandle<AVFrame>> MakeMemoryFrame(const Nv12Picture& picture, bool ten_bits);

// A new surface of the pool with that picture.
Result<AvHandle<AVFrame>> UploadFrame(AVBufferRef* pool, const AVFrame& memory);
Result<AvHandle<AVFrame>> Upload(AVBufferRef* pool, const Nv12Picture& picture);

// Any decoded frame, in a surface or in memory.
Result<Nv12Picture> Download(const AVFrame& frame);

}  // namespace vfqual::suites
