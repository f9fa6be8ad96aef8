#pragma once

#include <va/va.h>

#include <deque>
#include <memory>
#include <vector>

#include "bench/media/media_loop.h"
#include "suites/media/stream_decoder.h"

namespace vfqual::bench {

// A coded stream of a few pictures, again and again. Its first picture is a key picture.
class RepeatedStream {
 public:
  explicit RepeatedStream(suites::EncodedStream stream) : stream_(std::move(stream)) {}

  suites::EncodedPicture Next();

 private:
  suites::EncodedStream stream_;
  std::uint64_t next_ = 0;
};

// Decodes into surfaces. A picture is out when its surface holds it; with `one_at_a_time` each is waited for before the
// next goes in, else the device may work on some more.
class DecodeLoop : public MediaLoop {
 public:
  // `display` is the device's; both outlive the loop.
  static Result<std::unique_ptr<MediaLoop>> Make(AVBufferRef* device, VADisplay display, AVCodecID codec,
                                                 suites::EncodedStream stream, bool one_at_a_time);

  Status Step() override;
  std::uint64_t PicturesOut() const override { return out_; }
  // The last pictures are those that software decodes, to the bit.
  Status Verify() override;

 private:
  DecodeLoop(VADisplay display, RepeatedStream stream, suites::StreamDecoder decoder, std::size_t in_flight)
      : display_(display), stream_(std::move(stream)), decoder_(std::move(decoder)), in_flight_(in_flight) {}

  VADisplay display_;
  RepeatedStream stream_;
  suites::StreamDecoder decoder_;
  std::size_t in_flight_;
  std::vector<suites::DecodedPicture> expected_;
  std::deque<suites::AvHandle<AVFrame>> working_;  // in the order of display, as all of these
  std::deque<suites::AvHandle<AVFrame>> last_;
  std::uint64_t out_ = 0;
};

}  // namespace vfqual::bench
