// One VP9 stream out of libvpx, without hidden pictures.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "suites/lab-va/coded_faults.h"
#include "suites/lab-va/lab_fault.h"
#include "suites/lab-va/rate_settings.h"
#include "suites/lab-va/surface.h"

struct vpx_codec_ctx;

namespace vfqual::lab_va {

struct Vp9Settings : RateSettings {
  unsigned width = 0;
  unsigned height = 0;
  unsigned q_index = 0;  // counts for VA_RC_CQP: 0 to 255

  bool operator==(const Vp9Settings&) const = default;
};

class VpxStream {
 public:
  // Nothing where libvpx refuses the settings.
  static std::unique_ptr<VpxStream> Make(const Vp9Settings& settings, Fault fault);

  const Vp9Settings& Settings() const { return settings_; }
  // False where libvpx fails, or drops the picture.
  bool Encode(const Surface& surface, bool key, std::vector<std::uint8_t>& coded);

 private:
  struct Destroy {
    void operator()(vpx_codec_ctx* codec) const;
  };
  using Handle = std::unique_ptr<vpx_codec_ctx, Destroy>;

  VpxStream(Handle codec, const Vp9Settings& settings, Fault fault)
      : codec_(std::move(codec)), settings_(settings), faults_(fault) {}

  Handle codec_;
  Vp9Settings settings_;
  CodedFaults faults_;
  std::int64_t pictures_ = 0;
};

}  // namespace vfqual::lab_va
