#include <algorithm>
#include <cstdlib>
#include <cstring>

#include "suites/lab-va/capabilities.h"
#include "suites/lab-va/driver.h"
#include "suites/lab-va/encode_settings.h"

namespace vfqual::lab_va {
namespace {

constexpr unsigned kMacroblock = 16;

template <class T>
std::optional<T> Read(const Buffer& buffer, unsigned element = 0) {
  if (element >= buffer.elements || buffer.element_bytes < sizeof(T)) return std::nullopt;
  T value{};
  std::memcpy(&value, buffer.bytes->data() + element * buffer.element_bytes, sizeof(T));
  return value;
}

bool RenderSliceData(const Buffer& buffer, Stream& stream) {
  const auto& bytes = *buffer.bytes;
  for (const auto& slice : stream.announced_slices) {
    const std::size_t begin = slice.slice_data_offset;
    if (slice.slice_data_flag != VA_SLICE_DATA_FLAG_ALL || slice.slice_data_size == 0 || begin > bytes.size() ||
        slice.slice_data_size > bytes.size() - begin) {
      return false;
    }
    const auto* const nal = bytes.data() + begin;
    stream.decode_picture.slices.push_back({slice, {nal, nal + slice.slice_data_size}});
  }
  stream.announced_slices.clear();
  return true;
}

bool RenderDecode(const Buffer& buffer, Stream& stream) {
  switch (buffer.type) {
    case VAPictureParameterBufferType: {
      const auto parameters = Read<VAPictureParameterBufferH264>(buffer);
      if (parameters) stream.decode_picture.parameters = *parameters;
      return parameters.has_value();
    }
    case VAIQMatrixBufferType:
      stream.decode_picture.scaling = Read<VAIQMatrixBufferH264>(buffer);
      return stream.decode_picture.scaling.has_value();
    case VASliceParameterBufferType:
      for (unsigned element = 0; element < buffer.elements; ++element) {
        const auto slice = Read<VASliceParameterBufferH264>(buffer, element);
        if (!slice) return false;
        stream.announced_slices.push_back(*slice);
      }
      return true;
    case VASliceDataBufferType:
      return RenderSliceData(buffer, stream);
    default:
      return true;
  }
}

bool RenderEncode(const Buffer& buffer, Stream& stream) {
  switch (buffer.type) {
    case VAEncSequenceParameterBufferType:
      stream.sequence = Read<VAEncSequenceParameterBufferH264>(buffer);
      return stream.sequence.has_value();
    case VAEncPictureParameterBufferType:
      stream.picture = Read<VAEncPictureParameterBufferH264>(buffer);
      return stream.picture.has_value();
    case VAEncSliceParameterBufferType:
      if (buffer.elements != 1 || stream.slice) return false;  // VAConfigAttribEncMaxSlices
      stream.slice = Read<VAEncSliceParameterBufferH264>(buffer);
      return stream.slice.has_value();
    case VAEncMiscParameterBufferType:
      return ApplyMiscellaneous(*buffer.bytes, stream.settings);
    default:
      return true;  // packed headers and the like: libx264 makes the whole stream
  }
}

bool RenderProcess(const Buffer& buffer, Stream& stream) {
  if (buffer.type != VAProcPipelineParameterBufferType) return true;
  if (buffer.elements != 1 || stream.pipeline) return false;  // one picture in for one out
  stream.pipeline = Read<VAProcPipelineParameterBuffer>(buffer);
  return stream.pipeline.has_value();
}

bool (*RenderOf(VAEntrypoint entrypoint))(const Buffer&, Stream&) {
  switch (entrypoint) {
    case VAEntrypointVLD:
      return RenderDecode;
    case VAEntrypointVideoProc:
      return RenderProcess;
    default:
      return RenderEncode;
  }
}

}  // namespace

VAStatus Driver::CreateContext(VAConfigID config_id, int width, int height, int /*flag*/, VASurfaceID* /*targets*/,
                               int /*target_count*/, VAContextID* id) {
  const Config* const config = configs_.Find(config_id);
  if (config == nullptr) return VA_STATUS_ERROR_INVALID_CONFIG;
  if (width > static_cast<int>(kMaxWidth) || height > static_cast<int>(kMaxHeight)) {
    return VA_STATUS_ERROR_RESOLUTION_NOT_SUPPORTED;
  }
  const auto [stream_id, stream] = streams_.Make();
  stream->config = *config;
  stream->settings.profile = config->profile;
  stream->settings.rate_control = config->rate_control;
  *id = stream_id;
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
  stream->decode_picture = {};
  stream->announced_slices.clear();
  stream->picture.reset();
  stream->pipeline.reset();
  stream->slice.reset();
  return VA_STATUS_SUCCESS;
}

VAStatus Driver::RenderPicture(VAContextID id, VABufferID* buffers, int count) {
  Stream* const stream = streams_.Find(id);
  if (stream == nullptr) return VA_STATUS_ERROR_INVALID_CONTEXT;
  const auto render = RenderOf(stream->config.entrypoint);
  for (int index = 0; index < count; ++index) {
    const Buffer* const buffer = buffers_.Find(buffers[index]);
    if (buffer == nullptr) return VA_STATUS_ERROR_INVALID_BUFFER;
    if (!render(*buffer, *stream)) return VA_STATUS_ERROR_INVALID_PARAMETER;
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
  if (stream->config.entrypoint == VAEntrypointVideoProc) return Process(*stream, *target);
  if (!target->IsNv12()) return VA_STATUS_ERROR_INVALID_SURFACE;
  return stream->config.entrypoint == VAEntrypointVLD ? Decode(*stream, *target) : Encode(id, *stream, *target);
}

VAStatus Driver::Decode(Stream& stream, Surface& target) {
  if (!stream.decoder) stream.decoder = H264Decoder::Make(stream.config.profile, fault_);
  if (!stream.decoder) return VA_STATUS_ERROR_ALLOCATION_FAILED;
  return stream.decoder->Decode(stream.decode_picture, target);
}

VAStatus Driver::Encode(VAContextID id, Stream& stream, Surface& source) {
  if (!stream.sequence || !stream.picture || !stream.slice) return VA_STATUS_ERROR_INVALID_PARAMETER;
  Buffer* const coded = buffers_.Find(stream.picture->coded_buf);
  if (coded == nullptr || coded->type != VAEncCodedBufferType) return VA_STATUS_ERROR_INVALID_BUFFER;
  if (!ApplySequence(*stream.sequence, stream.settings)) return VA_STATUS_ERROR_INVALID_PARAMETER;
  ApplyPicture(*stream.picture, stream.settings);
  if ((source.Width() + kMacroblock - 1) / kMacroblock * kMacroblock < stream.settings.width ||
      source.Rows() < stream.settings.height) {
    return VA_STATUS_ERROR_INVALID_SURFACE;
  }
  const auto picture = PictureOf(*stream.picture, *stream.slice);
  if (!stream.encoder || stream.encoder->Ended() || (picture.idr && stream.encoder->Settings() != stream.settings)) {
    if (stream.encoder && !stream.encoder->Finish()) return VA_STATUS_ERROR_ENCODING_ERROR;
    stream.encoder = H264Encoder::Make(stream.settings, fault_);
  }
  if (!stream.encoder) return VA_STATUS_ERROR_ENCODING_ERROR;
  coded->bytes = std::make_shared<std::vector<std::uint8_t>>();
  coded->stream = source.stream = id;
  if (!stream.encoder->Encode(source, picture, coded->bytes)) return VA_STATUS_ERROR_ENCODING_ERROR;
  return coded->bytes->size() > coded->coded_room ? VA_STATUS_ERROR_NOT_ENOUGH_BUFFER : VA_STATUS_SUCCESS;
}

VAStatus Driver::Finish(VAContextID stream_id, const SharedBytes& coded_or_surface) {
  const Stream* const stream = streams_.Find(stream_id);
  if (stream == nullptr || !stream->encoder || !stream->encoder->Awaits(coded_or_surface)) return VA_STATUS_SUCCESS;
  return stream->encoder->Finish() ? VA_STATUS_SUCCESS : VA_STATUS_ERROR_ENCODING_ERROR;
}

}  // namespace vfqual::lab_va
