#include "suites/media/video_processor.h"

#include <fmt/format.h>
#include <va/va_vpp.h>

#include "suites/va/va_display.h"

namespace vfqual::suites {
namespace {

using VaConfig = VaObject<vaDestroyConfig>;
using VaContext = VaObject<vaDestroyContext>;
using VaBuffer = VaObject<vaDestroyBuffer>;

Status Called(const char* call, VAStatus status) {
  if (status == VA_STATUS_SUCCESS) return {};
  return Fail(VaCallFailed(call, status));
}

}  // namespace

Status ProcessPicture(const VaSurface& from, const VaSurface& to, unsigned to_width, unsigned to_height) {
  VADisplay display = from.Display();
  VAConfigID config_id = VA_INVALID_ID;
  VAStatus status = vaCreateConfig(display, VAProfileNone, VAEntrypointVideoProc, nullptr, 0, &config_id);
  if (status != VA_STATUS_SUCCESS) return Called("vaCreateConfig(VAEntrypointVideoProc)", status);
  const VaConfig config(display, config_id);
  VAContextID context_id = VA_INVALID_ID;
  VASurfaceID target = to.Id();
  status = vaCreateContext(display, config.Id(), static_cast<int>(to_width), static_cast<int>(to_height),
                           VA_PROGRESSIVE, &target, 1, &context_id);
  if (status != VA_STATUS_SUCCESS) return Called("vaCreateContext", status);
  const VaContext context(display, context_id);
  VAProcPipelineParameterBuffer pipeline{};
  pipeline.surface = from.Id();
  pipeline.surface_color_standard = VAProcColorStandardBT601;
  pipeline.output_color_standard = VAProcColorStandardBT601;
  VABufferID buffer_id = VA_INVALID_ID;
  status = vaCreateBuffer(display, context.Id(), VAProcPipelineParameterBufferType, sizeof(pipeline), 1, &pipeline,
                          &buffer_id);
  if (status != VA_STATUS_SUCCESS) return Called("vaCreateBuffer", status);
  const VaBuffer buffer(display, buffer_id);
  return Called("vaBeginPicture", vaBeginPicture(display, context.Id(), to.Id()))
      .and_then([&] { return Called("vaRenderPicture", vaRenderPicture(display, context.Id(), &buffer_id, 1)); })
      .and_then([&] { return Called("vaEndPicture", vaEndPicture(display, context.Id())); })
      .and_then([&] { return Called("vaSyncSurface", vaSyncSurface(display, to.Id())); });
}

}  // namespace vfqual::suites
