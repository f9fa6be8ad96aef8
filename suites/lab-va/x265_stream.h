// One HEVC stream out of libx265, of I and P pictures: those asked for as B are coded with P slices, and are shown
// where they belong.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "suites/lab-va/coded_faults.h"
#include "suites/lab-va/hevc_reorder.h"
#include "suites/lab-va/lab_fault.h"
#include "suites/lab-va/rate_settings.h"
#include "suites/lab-va/surface.h"

struct x265_api;
struct x265_encoder;
struct x265_param;

namespace vfqual::lab_va {

struct HevcSettings : RateSettings {
  bool ten_bits = false;
  unsigned width = 0;  // without what is cropped
  unsigned height = 0;
  bool reorders = false;  // pictures may be shown in another order than that of coding

  bool operator==(const HevcSettings&) const = default;
};

struct HevcPicture {
  bool key = false;  // IDR
  int qp = 26;       // counts for VA_RC_CQP
  int poc = 0;       // its place in the order of display, from the last IDR picture on
};

class X265Stream {
 public:
  // Nothing where libx265 refuses the settings.
  static std::unique_ptr<X265Stream> Make(const HevcSettings& settings, Fault fault);

  const HevcSettings& Settings() const { return settings_; }
  // The access unit as Annex B byte stream; nothing where libx265 fails.
  bool Encode(const Surface& surface, const HevcPicture& picture, std::vector<std::uint8_t>& coded);

 private:
  struct Close {
    const x265_api* api;
    void operator()(x265_encoder* encoder) const;
  };
  struct Free {
    const x265_api* api;
    void operator()(x265_param* parameters) const;
  };
  using Handle = std::unique_ptr<x265_encoder, Close>;
  using Parameters = std::unique_ptr<x265_param, Free>;

  X265Stream(Parameters parameters, Handle encoder, const HevcSettings& settings, Fault fault)
      : parameters_(std::move(parameters)),
        encoder_(std::move(encoder)),
        settings_(settings),
        fault_(fault),
        faults_(fault) {}

  Parameters parameters_;
  Handle encoder_;
  HevcSettings settings_;
  Fault fault_;
  CodedFaults faults_;
  HevcReorder reorder_;
  std::int64_t pictures_ = 0;
};

}  // namespace vfqual::lab_va
