// H.264 encoding as libva wants it: pictures come in the order of coding.
#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <vector>

#include "suites/lab-va/buffer.h"
#include "suites/lab-va/x264_stream.h"

namespace vfqual::lab_va {

// Without B pictures each picture is coded at once. With them libx264 needs those that are shown before a picture, and
// as many as may stand between two others after it: a P picture is kept back until its B pictures came, and the coded
// bytes are there some pictures later. An application that hands over b_pictures + 2 pictures before it waits for the
// first never notices. One that waits before the first can be ready gets P slices for B pictures from then on, since
// libx264 gives nothing out early; one that waits later is at the end of its stream (or gets a key picture next).
class H264Encoder {
 public:
  // Nothing where libx264 refuses the settings.
  static std::unique_ptr<H264Encoder> Make(const EncodeSettings& settings, Fault fault);

  const EncodeSettings& Settings() const { return settings_; }

  // Puts the access unit into `coded`, now or later. False where libx264 fails.
  bool Encode(const Surface& surface, EncodePicture picture, const SharedBytes& coded);

  // Whether the coded bytes, or those of a picture in this surface, are still to come.
  bool Awaits(const SharedBytes& coded_or_surface) const;
  // All that was handed over is coded when this returns.
  bool Finish();
  // Takes no further picture.
  bool Ended() const { return ended_; }

 private:
  struct Waiting {
    EncodePicture picture;
    Surface surface;  // a copy
    SharedBytes source;
    SharedBytes coded;
  };

  H264Encoder(std::unique_ptr<X264Stream> stream, const EncodeSettings& settings, Fault fault, bool plain)
      : stream_(std::move(stream)), settings_(settings), fault_(fault), plain_(plain) {}

  bool EncodePlain(const Surface& surface, const EncodePicture& picture, const SharedBytes& coded);
  bool Feed(std::int64_t number);
  bool Deliver(std::vector<CodedUnit> ready);
  bool TurnPlain();

  std::unique_ptr<X264Stream> stream_;
  EncodeSettings settings_;
  Fault fault_;
  bool plain_;  // B pictures are coded with P slices, if there are any
  bool ended_ = false;
  std::int64_t next_number_ = 0;
  std::int64_t delivered_ = 0;
  std::int64_t kept_back_ = -1;  // the picture that is shown after B pictures which may still come
  std::deque<Waiting> waiting_;
};

}  // namespace vfqual::lab_va
