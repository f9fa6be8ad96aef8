#include "suites/lab-va/capabilities.h"
#include "suites/lab-va/driver.h"
#include "suites/lab-va/video_proc.h"

namespace vfqual::lab_va {
namespace {

VARectangle Whole(const Surface& surface) {
  return {0, 0, static_cast<std::uint16_t>(surface.Width()), static_cast<std::uint16_t>(surface.Height())};
}

}  // namespace

VAStatus Driver::QueryVideoProcFilters(VAContextID context, VAProcFilterType* /*filters*/, unsigned* count) {
  *count = 0;
  return streams_.Find(context) != nullptr ? VA_STATUS_SUCCESS : VA_STATUS_ERROR_INVALID_CONTEXT;
}

VAStatus Driver::QueryVideoProcPipelineCaps(VAContextID context, VABufferID* /*filters*/, unsigned count,
                                            VAProcPipelineCaps* caps) {
  if (streams_.Find(context) == nullptr) return VA_STATUS_ERROR_INVALID_CONTEXT;
  if (count != 0) return VA_STATUS_ERROR_UNSUPPORTED_FILTER;
  *caps = {};
  caps->input_color_standards = caps->output_color_standards = colour_standards_.data();
  caps->num_input_color_standards = caps->num_output_color_standards =
      static_cast<std::uint32_t>(colour_standards_.size());
  caps->input_pixel_format = input_formats_.data();
  caps->num_input_pixel_formats =
      static_cast<std::uint32_t>(capabilities_.HasTenBitSurfaces() ? input_formats_.size() : 1);
  caps->output_pixel_format = output_formats_.data();
  caps->num_output_pixel_formats = static_cast<std::uint32_t>(output_formats_.size());
  caps->max_input_width = caps->max_output_width = kMaxWidth;
  caps->max_input_height = caps->max_output_height = kMaxHeight;
  caps->min_input_width = caps->min_output_width = kMinSize;
  caps->min_input_height = caps->min_output_height = kMinSize;
  return VA_STATUS_SUCCESS;
}

VAStatus Driver::Process(const Stream& stream, Surface& target) {
  if (!stream.pipeline) return VA_STATUS_ERROR_INVALID_PARAMETER;
  const auto& pipeline = *stream.pipeline;
  const Surface* const source = surfaces_.Find(pipeline.surface);
  if (source == nullptr) return VA_STATUS_ERROR_INVALID_SURFACE;
  if (pipeline.num_filters != 0) return VA_STATUS_ERROR_UNSUPPORTED_FILTER;
  const VARectangle from = pipeline.surface_region != nullptr ? *pipeline.surface_region : Whole(*source);
  const VARectangle to = pipeline.output_region != nullptr ? *pipeline.output_region : Whole(target);
  return ScaleAndConvert(*source, from, target, to, fault_);
}

}  // namespace vfqual::lab_va
