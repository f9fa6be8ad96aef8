// Encodes with libva, through libavcodec's encoders over it.
#pragma once

#include <cstdint>
#include <functional>
#include <string_view>
#include <vector>

#include "suites/media/av_handles.h"
#include "suites/media/codec_profile.h"
#include "suites/media/nv12_picture.h"
#include "suites/support/result.h"

namespace vfqual::suites {

enum class RateControl : std::uint8_t { kConstantQp, kConstantRate, kVariableRate };

// libavcodec's and libva's words: "CQP", "CBR", "VBR".
std::string_view Word(RateControl mode);

struct EncodeRequest {
  CodecProfile profile;
  RateControl mode = RateControl::kConstantQp;
  bool low_power = false;  // VAEntrypointEncSliceLP
  unsigned width = 0;
  unsigned height = 0;
  unsigned pictures = 0;
  unsigned b_pictures = 0;  // at most so many between two others
  int pictures_per_second = 30;
  std::int64_t target_bps = 0;
  std::int64_t max_bps = 0;  // of a variable rate
  unsigned in_flight = 2;    // pictures that the driver may work on before the first is waited for
};

struct EncodedPicture {
  std::int64_t number = 0;  // of the source picture
  std::vector<std::uint8_t> bytes;
};

struct EncodedStream {
  std::vector<EncodedPicture> pictures;  // in the order of coding; an empty one is left out
  std::uint64_t Bytes() const;
  std::vector<std::uint8_t> Joined() const;
};

// One stream that is being encoded.
class VaEncoder {
 public:
  // `pool`: of the surfaces that are sent.
  static Result<VaEncoder> Open(AVBufferRef* pool, const EncodeRequest& request);

  // The frame's pts is the picture's number. Null ends the stream.
  Status Send(const AVFrame* surface);
  // Appends the pictures that are ready, without waiting for others.
  Status Take(std::vector<EncodedPicture>& pictures);

 private:
  explicit VaEncoder(AvHandle<AVCodecContext> codec) : codec_(std::move(codec)), packet_(av_packet_alloc()) {}

  AvHandle<AVCodecContext> codec_;
  AvHandle<AVPacket> packet_;
};

// `source` gives the pictures by their number.
Result<EncodedStream> EncodeWithVa(AVBufferRef* device, const EncodeRequest& request,
                                   const std::function<Nv12Picture(unsigned)>& source);

}  // namespace vfqual::suites
