#include "suites/lab-va/h264_encoder.h"

#include <algorithm>

namespace vfqual::lab_va {

std::unique_ptr<H264Encoder> H264Encoder::Make(const EncodeSettings& settings, Fault fault) {
  const bool plain = settings.b_pictures == 0 || fault == Fault::kNoBSlices;
  auto stream = X264Stream::Make(settings, plain ? 0 : settings.b_pictures, fault);
  if (!stream) return nullptr;
  return std::unique_ptr<H264Encoder>(new H264Encoder(std::move(stream), settings, fault, plain));
}

bool H264Encoder::Encode(const Surface& surface, EncodePicture picture, const SharedBytes& coded) {
  picture.number = next_number_++;
  if (plain_) return EncodePlain(surface, picture, coded);
  waiting_.push_back({picture, surface.Copy(), surface.Bytes(), coded});
  if (picture.type == h264::SliceType::kB) return Feed(picture.number);
  const bool fed = kept_back_ < 0 || Feed(kept_back_);
  kept_back_ = -1;
  if (picture.idr) return fed && Feed(picture.number);
  kept_back_ = picture.number;
  return fed;
}

bool H264Encoder::EncodePlain(const Surface& surface, const EncodePicture& picture, const SharedBytes& coded) {
  std::vector<CodedUnit> ready;
  if (!stream_->Feed(surface, picture, ready) || ready.size() != 1) return false;
  *coded = std::move(ready.front().bytes);
  ++delivered_;
  return true;
}

bool H264Encoder::Feed(std::int64_t number) {
  const auto found =
      std::find_if(waiting_.begin(), waiting_.end(), [=](const Waiting& one) { return one.picture.number == number; });
  if (found == waiting_.end()) return false;
  std::vector<CodedUnit> ready;
  return stream_->Feed(found->surface, found->picture, ready) && Deliver(std::move(ready));
}

bool H264Encoder::Deliver(std::vector<CodedUnit> ready) {
  for (auto& unit : ready) {
    const auto found = std::find_if(waiting_.begin(), waiting_.end(),
                                    [&](const Waiting& one) { return one.picture.number == unit.number; });
    if (found == waiting_.end()) return false;
    *found->coded = std::move(unit.bytes);
    waiting_.erase(found);
    ++delivered_;
  }
  return true;
}

bool H264Encoder::Awaits(const SharedBytes& coded_or_surface) const {
  return std::any_of(waiting_.begin(), waiting_.end(), [&](const Waiting& one) {
    return one.coded == coded_or_surface || one.source == coded_or_surface;
  });
}

bool H264Encoder::Finish() {
  if (waiting_.empty()) return true;
  if (delivered_ == 0) return TurnPlain();
  ended_ = true;
  if (kept_back_ >= 0 && !Feed(kept_back_)) return false;
  std::vector<CodedUnit> ready;
  return stream_->Flush(ready) && Deliver(std::move(ready));
}

bool H264Encoder::TurnPlain() {
  stream_ = X264Stream::Make(settings_, 0, fault_);
  if (!stream_) return false;
  plain_ = true;
  for (const auto& one : std::exchange(waiting_, {})) {
    if (!EncodePlain(one.surface, one.picture, one.coded)) return false;
  }
  return true;
}

}  // namespace vfqual::lab_va
