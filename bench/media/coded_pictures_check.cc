#include "bench/media/coded_pictures_check.h"

#include <fmt/format.h>

#include "suites/media/picture_quality.h"
#include "suites/media/va_device.h"

namespace vfqual::bench {
namespace {

// A decoder may keep pictures back until it knows their order, but no more than a stream's references (H.264, HEVC:
// 16).
constexpr std::int64_t kMostDelayed = 16;
// As in the media suite, where a constant QP of 26 leaves 40 dB; a transcoded picture is coded twice.
constexpr double kLeastPsnr_db = 30;

}  // namespace

Result<CodedPicturesCheck> CodedPicturesCheck::Open(const suites::EncodeRequest& request,
                                                    std::function<const suites::Nv12Picture&(std::uint64_t)> source) {
  auto decoder = suites::StreamDecoder::Open(request.profile.codec, nullptr);
  if (!decoder) return Fail(decoder.error());
  return CodedPicturesCheck(std::move(*decoder), request, std::move(source));
}

Status CodedPicturesCheck::Take(std::vector<suites::EncodedPicture>& pictures) {
  suites::AvHandle<AVFrame> last;
  for (const auto& picture : pictures) {
    if (picture.number != coded_) {
      return Fail(
          fmt::format("picture {} came out of the encoder where picture {} was expected", picture.number, coded_));
    }
    ++coded_;
    const auto taken = decoder_.Send(picture).and_then([&] { return TakeDecoded(last); });
    if (!taken) return Fail("the coded stream does not decode: " + taken.error());
  }
  pictures.clear();
  if (coded_ - decoded_ > kMostDelayed) {
    return Fail(fmt::format("of {} coded pictures only {} decode", coded_, decoded_));
  }
  if (!last) return {};
  const auto picture = suites::Download(*last);
  if (!picture) return Fail(picture.error());
  const double psnr_db = suites::LumaPsnr_db(source_(static_cast<std::uint64_t>(decoded_ - 1)), *picture);
  if (psnr_db >= kLeastPsnr_db) return {};
  return Fail(fmt::format("picture {} is damaged: its luma PSNR against the source is {:.2f} dB, at least {} expected",
                          decoded_ - 1, psnr_db, kLeastPsnr_db));
}

Status CodedPicturesCheck::TakeDecoded(suites::AvHandle<AVFrame>& last) {
  for (;;) {
    auto frame = decoder_.Receive();
    if (!frame) return Fail(frame.error());
    if (!*frame) return {};
    const auto& facts = **frame;
    if (facts.width != static_cast<int>(width_) || facts.height != static_cast<int>(height_)) {
      return Fail(fmt::format("its pictures are {}x{}, {}x{} expected", facts.width, facts.height, width_, height_));
    }
    if (facts.best_effort_timestamp != decoded_) {
      return Fail(fmt::format("picture {} comes where picture {} belongs", facts.best_effort_timestamp, decoded_));
    }
    ++decoded_;
    last = std::move(*frame);
  }
}

}  // namespace vfqual::bench
