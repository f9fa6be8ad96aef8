#include <cstdlib>

#include "suites/lab-va/capabilities.h"
#include "suites/lab-va/driver.h"

namespace vfqual::lab_va {
namespace {

bool RenderProcess(const Buffer& buffer, Stream& stream) {
  if (buffer.type != VAProcPipelineParameterBufferType) return true;
  if (buffer.elements != 1 || stream.pipeline) return false;  // one picture in for one out
  stream.pipeline = buffer.Element<VAProcPipelineParameterBuffer>();
  return stream.pipeline.has_value();
}

}  // namespace

VAStatus Driver::CreateContext(VAConfigID config_id, int width, int height, int /*flag*/, VASurfaceID* /*targets*/,
                               int /*target_count*/, VAContextID* id) {
  const Config* const config = configs_.Find(config_id);
  if (config == nullptr) return VA_STATUS_ERROR_INVALID_CONFIG;
  if (width > static_cast<int>(kMaxWidth) || height > static_cast<int>(kMaxHeight)) {
    return VA_STATUS_ERROR_RESOLUTION_NOT_SUPPORTED;
  }
  Stream made;
  made.config = *config;
  if (const Codec* const codec = capabilities_.CodecOf(config->profile)) {
    const bool decodes = config->entrypoint == VAEntrypointVLD;
    if (decodes) made.decoder = codec->make_decoder(config->profile, fault_);
    if (!decodes) made.encoder = codec->make_encoder(config->profile, config->rate_control, fault_);
    if (!made.decoder && !made.encoder) return VA_STATUS_ERROR_ALLOCATION_FAILED;
  }
  *id = streams_.Make(std::move(made)).first;
  return VA_STATUS_SUCCESS;
}

VAStatus Driver::DestroyContext(VAContextID id) {
  return streams_.Destroy(id) ? VA_STATUS_SUCCESS : VA_STATUS_ERROR_INVALID_CONTEXT;
}

VAStatus Driver::BeginPicture(VAContextID id, VASurfaceID target) {
  Stream* const stream = streams_.Find(id);
  if (stream == nullptr) return VA_STATUS_ERROR_INVALID_CONTEXT;
  if (surfaces_.Find(target) == nullptr) return VA_STATUS_ERROR_INVALID_SURFACE;
  stream->target = target;
  stream->pipeline.reset();
  if (stream->decoder) stream->decoder->Begin();
  if (stream->encoder) stream->encoder->Begin();
  return VA_STATUS_SUCCESS;
}

VAStatus Driver::RenderPicture(VAContextID id, VABufferID* buffers, int count) {
  Stream* const stream = streams_.Find(id);
  if (stream == nullptr) return VA_STATUS_ERROR_INVALID_CONTEXT;
  const auto render = [&](const Buffer& buffer) {
    if (stream->decoder) return stream->decoder->Render(buffer);
    return stream->encoder ? stream->encoder->Render(buffer) : RenderProcess(buffer, *stream);
  };
  for (int index = 0; index < count; ++index) {
    const Buffer* const buffer = buffers_.Find(buffers[index]);
    if (buffer == nullptr) return VA_STATUS_ERROR_INVALID_BUFFER;
    if (!render(*buffer)) return VA_STATUS_ERROR_INVALID_PARAMETER;
  }
  return VA_STATUS_SUCCESS;
}

VAStatus Driver::EndPicture(VAContextID id) {
  Stream* const stream = streams_.Find(id);
  if (stream == nullptr) return VA_STATUS_ERROR_INVALID_CONTEXT;
  Surface* const target = surfaces_.Find(stream->target);
  if (target == nullptr) return VA_STATUS_ERROR_INVALID_SURFACE;
  if (fault_ == Fault::kCrash) std::abort();
  if (const VAStatus submitted = submit_(); submitted != VA_STATUS_SUCCESS) return submitted;
  if (!stream->decoder && !stream->encoder) return Process(*stream, *target);
  if (target->Fourcc() != (HasTenBits(stream->config.profile) ? VA_FOURCC_P010 : VA_FOURCC_NV12)) {
    return VA_STATUS_ERROR_INVALID_SURFACE;
  }
  return stream->decoder ? stream->decoder->Decode(*target) : Encode(id, *stream, *target);
}

VAStatus Driver::Encode(VAContextID id, Stream& stream, Surface& source) {
  const auto into = stream.encoder->CodedBuffer();
  if (!into) return VA_STATUS_ERROR_INVALID_PARAMETER;
  Buffer* const coded = buffers_.Find(*into);
  if (coded == nullptr || coded->type != VAEncCodedBufferType) return VA_STATUS_ERROR_INVALID_BUFFER;
  coded->bytes = std::make_shared<std::vector<std::uint8_t>>();
  coded->stream = source.stream = id;
  if (const VAStatus done = stream.encoder->Encode(source, coded->bytes); done != VA_STATUS_SUCCESS) return done;
  return coded->bytes->size() > coded->coded_room ? VA_STATUS_ERROR_NOT_ENOUGH_BUFFER : VA_STATUS_SUCCESS;
}

VAStatus Driver::Finish(VAContextID stream_id, const SharedBytes& coded_or_surface) {
  const Stream* const stream = streams_.Find(stream_id);
  if (stream == nullptr || !stream->encoder || !stream->encoder->Awaits(coded_or_surface)) return VA_STATUS_SUCCESS;
  return stream->encoder->Finish() ? VA_STATUS_SUCCESS : VA_STATUS_ERROR_ENCODING_ERROR;
}

}  // namespace vfqual::lab_va
