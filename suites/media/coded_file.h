// Streams of coded pictures as files, which other programs read and write.
#pragma once

#include <filesystem>
#include <vector>

#include "suites/media/nv12_picture.h"
#include "suites/media/va_encoder.h"
#include "suites/support/result.h"

namespace vfqual::suites {

// A file that holds a stream alone, as ffmpeg writes and reads it: VP9 in IVF, others as they are.
std::vector<std::uint8_t> FileOf(AVCodecID codec, const EncodedStream& stream, unsigned width, unsigned height);

// Such a file taken apart into its pictures, which get their numbers in the order of coding.
Result<EncodedStream> SplitPictures(AVCodecID codec, const std::vector<std::uint8_t>& bytes);

Result<std::vector<std::uint8_t>> ReadBytes(const std::filesystem::path& file);
Status WriteBytes(const std::filesystem::path& file, const std::vector<std::uint8_t>& bytes);

// Pictures of one size after the other ("rawvideo" in NV12), and back. A rest that is no whole picture is an error.
void AppendRaw(std::vector<std::uint8_t>& bytes, const Nv12Picture& picture);
Result<std::vector<Nv12Picture>> SplitRaw(const std::vector<std::uint8_t>& bytes, unsigned width, unsigned height);

}  // namespace vfqual::suites
