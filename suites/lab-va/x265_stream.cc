#include "suites/lab-va/x265_stream.h"

#include <x265.h>

#include <algorithm>

#include "suites/h264/nal_unit.h"
#include "suites/hevc/parameter_sets.h"
#include "suites/lab-va/planar_picture.h"

namespace vfqual::lab_va {
namespace {

constexpr int kLeastQp = 1;
constexpr int kMostQp = 51;
constexpr int kWrongHevcQpOffset = 6;
constexpr unsigned kSmallPicture = 64;    // a picture has at least one coding tree unit
constexpr unsigned kLeastSide = 2;        // libx265 pads to whole coding units
constexpr unsigned kRangeExtensions = 4;  // general_profile_idc

struct FreePicture {
  const x265_api* api;
  void operator()(x265_picture* picture) const { api->picture_free(picture); }
};

void SetX265Rate(x265_param& parameters, const RateSettings& settings, Fault fault) {
  parameters.rc.aqMode = X265_AQ_NONE;
  parameters.rc.cuTree = 0;
  if (settings.rate_control == VA_RC_CQP) {
    parameters.rc.rateControlMode = X265_RC_CQP;  // each picture brings its own
    parameters.rc.ipFactor = parameters.rc.pbFactor = 1;
    return;
  }
  const unsigned factor = fault == Fault::kIgnoredRateControl ? 2 : 1;
  const auto kilobits = [=](unsigned bits) { return static_cast<int>(std::max(1U, bits / 1000 * factor)); };
  parameters.rc.rateControlMode = X265_RC_ABR;
  parameters.rc.bitrate = kilobits(settings.target_bps);
  parameters.rc.vbvMaxBitrate = kilobits(settings.max_bps);
  parameters.rc.vbvBufferSize = kilobits(settings.buffer_bits != 0 ? settings.buffer_bits : settings.max_bps);
  if (settings.rate_control == VA_RC_CBR) {
    // What stands in the hypothetical decoder's buffer at first may come on top of the rate: little, in a short stream.
    parameters.rc.bStrictCbr = 1;
    parameters.rc.vbvBufferSize = std::max(1, parameters.rc.vbvBufferSize / 4);
    parameters.rc.vbvBufferInit = 0.5;
  }
}

bool SetX265(const x265_api& api, x265_param& parameters, const HevcSettings& settings, Fault fault) {
  if (api.param_default_preset(&parameters, "ultrafast", "zerolatency") != 0) return false;
  parameters.logLevel = X265_LOG_NONE;
  parameters.numaPools = "none";
  parameters.frameNumThreads = 1;
  parameters.bEnableWavefront = 0;
  parameters.sourceWidth = static_cast<int>(settings.width);
  parameters.sourceHeight = static_cast<int>(settings.height);
  parameters.internalCsp = X265_CSP_I420;
  parameters.sourceBitDepth = settings.ten_bits ? 10 : 8;
  parameters.fpsNum = settings.frame_rate_numerator;
  parameters.fpsDenom = settings.frame_rate_denominator;
  parameters.maxCUSize = std::min(settings.width, settings.height) < kSmallPicture ? 16 : 32;
  parameters.maxNumReferences = 1;
  // Which picture is of which type is the application's decision.
  parameters.keyframeMax = -1;
  parameters.scenecutThreshold = 0;
  parameters.bOpenGOP = 0;
  parameters.bframes = 0;
  parameters.bRepeatHeaders = 1;
  parameters.bAnnexB = 1;
  parameters.bEmitInfoSEI = 0;
  // Would depend on the order of display (see hevc_reorder.h).
  parameters.bEnableTemporalMvp = 0;
  parameters.bEnableWeightedPred = 0;
  SetX265Rate(parameters, settings, fault);
  return api.param_apply_profile(&parameters, settings.ten_bits ? "main10" : "main") == 0;
}

// In the video and the sequence parameter set, where nothing of a variable length stands before it.
void NameAnotherProfile(std::vector<std::uint8_t>& coded) {
  for (const auto nal : h264::SplitNalUnits(coded)) {
    constexpr std::size_t kInSequenceSet = 3;  // behind two bytes of header and one of the set's own
    constexpr std::size_t kInVideoSet = 6;     // behind four of its own
    const auto type = hevc::TypeOf(nal);
    const bool sequence = type == hevc::NalType::kSps;
    if (!sequence && type != hevc::NalType::kVps) continue;
    const auto at = static_cast<std::size_t>(nal.data() - coded.data()) + (sequence ? kInSequenceSet : kInVideoSet);
    coded[at] = static_cast<std::uint8_t>((coded[at] & 0xe0U) | kRangeExtensions);
  }
}

}  // namespace

void X265Stream::Close::operator()(x265_encoder* encoder) const {
  api->encoder_close(encoder);
}

void X265Stream::Free::operator()(x265_param* parameters) const {
  api->param_free(parameters);
}

std::unique_ptr<X265Stream> X265Stream::Make(const HevcSettings& settings, Fault fault) {
  const x265_api* const api = x265_api_get(settings.ten_bits ? 10 : 8);
  if (api == nullptr) return nullptr;
  Parameters parameters(api->param_alloc(), {api});
  if (!parameters || !SetX265(*api, *parameters, settings, fault)) return nullptr;
  Handle encoder(api->encoder_open(parameters.get()), {api});
  if (!encoder) return nullptr;
  return std::unique_ptr<X265Stream>(new X265Stream(std::move(parameters), std::move(encoder), settings, fault));
}

bool X265Stream::Encode(const Surface& surface, const HevcPicture& picture, std::vector<std::uint8_t>& coded) {
  const x265_api& api = *encoder_.get_deleter().api;
  const std::unique_ptr<x265_picture, FreePicture> input(api.picture_alloc(), {&api});
  if (!input) return false;
  api.picture_init(parameters_.get(), input.get());
  auto planar = TakeApart(surface, settings_.width, settings_.height, kLeastSide);
  for (unsigned plane = 0; plane < planar.planes.size(); ++plane) {
    input->planes[plane] = planar.Row(plane, 0);
    input->stride[plane] = static_cast<int>(planar.planes.at(plane).columns * planar.sample_bytes);
  }
  input->bitDepth = settings_.ten_bits ? 10 : 8;
  input->colorSpace = X265_CSP_I420;
  input->pts = pictures_++;
  input->sliceType = picture.key ? X265_TYPE_IDR : X265_TYPE_P;
  if (settings_.rate_control == VA_RC_CQP) {
    const int qp = picture.qp + (fault_ == Fault::kWrongQp ? kWrongHevcQpOffset : 0);
    input->forceqp = std::clamp(qp, kLeastQp, kMostQp) + 1;
  }
  x265_nal* nals = nullptr;
  std::uint32_t nal_count = 0;
  if (api.encoder_encode(encoder_.get(), &nals, &nal_count, input.get(), nullptr) != 1) return false;
  coded.clear();
  for (std::uint32_t nal = 0; nal < nal_count; ++nal) {
    coded.insert(coded.end(), nals[nal].payload, nals[nal].payload + nals[nal].sizeBytes);
  }
  if (settings_.reorders) {
    auto reordered = reorder_.Rewrite(coded, picture.poc);
    if (!reordered) return false;
    coded = std::move(*reordered);
  }
  if (fault_ == Fault::kWrongProfile) NameAnotherProfile(coded);
  if (const auto length = faults_.RandomLength()) {
    const std::vector<std::uint8_t> payload(length, 0xff);
    hevc::AppendNalUnit(coded, hevc::NalType::kFiller, payload);
  }
  faults_.Apply(coded);
  return true;
}

}  // namespace vfqual::lab_va
