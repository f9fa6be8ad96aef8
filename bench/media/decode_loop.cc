#include "bench/media/decode_loop.h"

#include <fmt/format.h>

#include "suites/media/picture_quality.h"
#include "suites/media/va_device.h"
#include "suites/va/va_display.h"

namespace vfqual::bench {
namespace {

constexpr std::size_t kPicturesInFlight = 2;  // as many as libavcodec's encoders keep

// A stream with B pictures gives two at once now and then. Each takes a surface from the decoder.
constexpr std::size_t kLastKept = 2;

VASurfaceID SurfaceOf(const AVFrame& frame) {
  return static_cast<VASurfaceID>(reinterpret_cast<std::uintptr_t>(frame.data[3]));  // AV_PIX_FMT_VAAPI's place for it
}

}  // namespace

suites::EncodedPicture RepeatedStream::Next() {
  const auto& pictures = stream_.pictures;
  suites::EncodedPicture picture = pictures[next_ % pictures.size()];
  picture.number += static_cast<std::int64_t>(next_ / pictures.size() * pictures.size());
  ++next_;
  return picture;
}

Result<std::unique_ptr<MediaLoop>> DecodeLoop::Make(AVBufferRef* device, VADisplay display, AVCodecID codec,
                                                    suites::EncodedStream stream, bool one_at_a_time) {
  auto decoder = suites::StreamDecoder::Open(codec, device);
  if (!decoder) return Fail(decoder.error());
  auto expected = suites::DecodeStream(codec, stream, nullptr);
  if (!expected) return Fail("software does not decode the stream: " + expected.error());
  std::unique_ptr<DecodeLoop> loop(new DecodeLoop(display, RepeatedStream(std::move(stream)), std::move(*decoder),
                                                  one_at_a_time ? 0 : kPicturesInFlight));
  loop->expected_ = std::move(expected->pictures);
  return loop;
}

Status DecodeLoop::Step() {
  if (auto sent = decoder_.Send(stream_.Next()); !sent) return sent;
  for (;;) {
    auto frame = decoder_.Receive();
    if (!frame) return Fail(frame.error());
    if (!*frame) return {};
    working_.push_back(std::move(*frame));
    if (working_.size() <= in_flight_) continue;
    const VAStatus status = vaSyncSurface(display_, SurfaceOf(*working_.front()));
    if (status != VA_STATUS_SUCCESS) return Fail(suites::VaCallFailed("vaSyncSurface", status));
    last_.push_back(std::move(working_.front()));
    if (last_.size() > kLastKept) last_.pop_front();
    working_.pop_front();
    ++out_;
  }
}

Status DecodeLoop::Verify() {
  auto number = out_ - last_.size();
  for (const auto& frame : last_) {
    if (frame->best_effort_timestamp != static_cast<std::int64_t>(number)) {
      return Fail(fmt::format("picture {} was decoded where picture {} belongs", frame->best_effort_timestamp, number));
    }
    const auto picture = suites::Download(*frame);
    if (!picture) return Fail(picture.error());
    auto same =
        suites::CheckSamePicture(expected_[number % expected_.size()].picture, *picture, static_cast<unsigned>(number));
    if (!same) return same;
    ++number;
  }
  last_.clear();
  return {};
}

}  // namespace vfqual::bench
