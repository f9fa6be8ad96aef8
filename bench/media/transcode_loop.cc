#include "bench/media/transcode_loop.h"

namespace vfqual::bench {

Result<std::unique_ptr<MediaLoop>> TranscodeLoop::Make(AVBufferRef* device, const suites::EncodeRequest& request,
                                                       suites::EncodedStream stream, SourcePictures sources) {
  auto decoder = suites::StreamDecoder::Open(request.profile.codec, device);
  if (!decoder) return Fail(decoder.error());
  std::unique_ptr<TranscodeLoop> loop(
      new TranscodeLoop(request, RepeatedStream(std::move(stream)), std::move(*decoder), std::move(sources)));
  auto check = CodedPicturesCheck::Open(
      request, [own = loop.get()](std::uint64_t number) -> auto& { return own->sources_.Picture(number); });
  if (!check) return Fail(check.error());
  loop->check_.emplace(std::move(*check));
  return loop;
}

Status TranscodeLoop::Step() {
  if (auto sent = decoder_.Send(stream_.Next()); !sent) return sent;
  for (;;) {
    const auto frame = decoder_.Receive();
    if (!frame) return Fail(frame.error());
    if (!*frame) return {};
    if (auto encoded = Encode(**frame); !encoded) return encoded;
  }
}

Status TranscodeLoop::Encode(AVFrame& surface) {
  if (!encoder_) {
    auto encoder = suites::VaEncoder::Open(surface.hw_frames_ctx, request_);
    if (!encoder) return Fail(encoder.error());
    encoder_.emplace(std::move(*encoder));
  }
  surface.pts = in_++;
  surface.pict_type = AV_PICTURE_TYPE_NONE;  // else a key picture stays one
  const auto before = coded_.size();
  auto done = encoder_->Send(&surface).and_then([&] { return encoder_->Take(coded_); });
  out_ += coded_.size() - before;
  return done;
}

Status TranscodeLoop::Verify() {
  return check_->Take(coded_);
}

}  // namespace vfqual::bench
