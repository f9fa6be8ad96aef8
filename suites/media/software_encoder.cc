#include "suites/media/software_encoder.h"

#include <fmt/format.h>

#include <cstdint>
#include <memory>

extern "C" {
#include <x264.h>
}

namespace vfqual::suites {
namespace {

struct CloseEncoder {
  void operator()(x264_t* encoder) const { x264_encoder_close(encoder); }
};

void Append(int size, const x264_nal_t* nals, const x264_picture_t& output, EncodedStream& stream) {
  if (size <= 0) return;
  stream.pictures.push_back({output.i_pts, {nals[0].p_payload, nals[0].p_payload + size}});
}

}  // namespace

Result<EncodedStream> EncodeInSoftware(const SoftwareStreamRequest& request,
                                       const std::function<Nv12Picture(unsigned)>& source) {
  x264_param_t parameters;
  x264_param_default_preset(&parameters, "veryfast", nullptr);
  parameters.i_log_level = X264_LOG_NONE;
  parameters.i_threads = 1;
  parameters.i_width = static_cast<int>(request.width);
  parameters.i_height = static_cast<int>(request.height);
  parameters.i_csp = X264_CSP_NV12;
  parameters.i_slice_count = 2;
  parameters.i_frame_reference = 2;
  parameters.i_bframe = static_cast<int>(request.b_pictures);
  parameters.i_bframe_adaptive = X264_B_ADAPT_NONE;
  parameters.i_bframe_pyramid = X264_B_PYRAMID_NONE;
  parameters.rc.i_rc_method = X264_RC_CQP;
  parameters.rc.i_qp_constant = 28;
  if (x264_param_apply_profile(&parameters, request.x264_profile.c_str()) < 0) {
    return Fail(fmt::format("libx264 knows no profile '{}'", request.x264_profile));
  }
  const std::unique_ptr<x264_t, CloseEncoder> encoder(x264_encoder_open(&parameters));
  if (!encoder) return Fail("x264_encoder_open failed");
  EncodedStream stream;
  x264_nal_t* nals = nullptr;
  int nal_count = 0;
  x264_picture_t output;
  for (unsigned number = 0; number < request.pictures; ++number) {
    Nv12Picture picture = source(number);
    x264_picture_t input;
    x264_picture_init(&input);
    input.i_pts = number;
    input.img.i_csp = X264_CSP_NV12;
    input.img.i_plane = 2;
    input.img.plane[0] = picture.luma.data();
    input.img.plane[1] = picture.chroma.data();
    input.img.i_stride[0] = static_cast<int>(picture.width);
    input.img.i_stride[1] = static_cast<int>(picture.ChromaStride());
    const int size = x264_encoder_encode(encoder.get(), &nals, &nal_count, &input, &output);
    if (size < 0) return Fail("x264_encoder_encode failed");
    Append(size, nals, output, stream);
  }
  while (x264_encoder_delayed_frames(encoder.get()) > 0) {
    const int size = x264_encoder_encode(encoder.get(), &nals, &nal_count, nullptr, &output);
    if (size < 0) return Fail("x264_encoder_encode failed");
    Append(size, nals, output, stream);
  }
  return stream;
}

}  // namespace vfqual::suites
