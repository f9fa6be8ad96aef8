// The loops that are measured, by what they do.
#pragma once

#include <memory>

#include "bench/media/media_device.h"
#include "bench/media/media_loop.h"
#include "bench/media/media_size.h"

namespace vfqual::bench {

enum class MediaWork : std::uint8_t { kEncode, kDecode, kTranscode };

// "encode"
const char* Word(MediaWork work);

// Why this program does not measure it, or "": the driver does not offer it, or there is no code or stream for it.
std::string WhyNot(const MediaCodec& codec, MediaWork work);

// `one_at_a_time`: each picture is done before the next goes in, so that a step's time is a picture's.
// The device outlives the loop.
Result<std::unique_ptr<MediaLoop>> MakeLoop(const MediaDevice& device, const MediaCodec& codec, MediaWork work,
                                            const MediaSize& size, bool one_at_a_time);

}  // namespace vfqual::bench
