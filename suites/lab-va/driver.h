// The lab's VA driver without libva's table: objects, pictures, images. One thread at a time.
#pragma once

#include <va/va.h>
#include <va/va_backend.h>
#include <va/va_vpp.h>

#include <array>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <vector>

#include "suites/lab-va/buffer.h"
#include "suites/lab-va/capabilities.h"
#include "suites/lab-va/codec.h"
#include "suites/lab-va/lab_fault.h"
#include "suites/lab-va/lab_submit.h"
#include "suites/lab-va/object_table.h"
#include "suites/lab-va/surface.h"

namespace vfqual::lab_va {

struct Config {
  VAProfile profile = VAProfileNone;
  VAEntrypoint entrypoint = VAEntrypointVLD;
  std::uint32_t rate_control = VA_RC_CQP;
};

struct Image {
  VABufferID buffer = VA_INVALID_ID;
  VAImage facts{};
};

// A stream that is being encoded or decoded, or a series of pictures that is processed.
struct Stream {
  Config config;
  VASurfaceID target = VA_INVALID_SURFACE;  // of the picture that is being put together
  std::unique_ptr<StreamDecoder> decoder;
  std::unique_ptr<StreamEncoder> encoder;
  std::optional<VAProcPipelineParameterBuffer> pipeline;
};

class Driver {
 public:
  Driver(SubmitWork submit, Fault fault, std::vector<const Codec*> codecs)
      : submit_(std::move(submit)), fault_(fault), capabilities_(std::move(codecs)) {}

  std::mutex& Mutex() { return mutex_; }

  // driver_config.cc
  VAStatus QueryConfigProfiles(VAProfile* profiles, int* count) const;
  VAStatus QueryConfigEntrypoints(VAProfile profile, VAEntrypoint* entrypoints, int* count) const;
  VAStatus GetConfigAttributes(VAProfile profile, VAEntrypoint entrypoint, VAConfigAttrib* attributes, int count) const;
  VAStatus CreateConfig(VAProfile profile, VAEntrypoint entrypoint, VAConfigAttrib* attributes, int count,
                        VAConfigID* id);
  VAStatus DestroyConfig(VAConfigID id);
  VAStatus QueryConfigAttributes(VAConfigID id, VAProfile* profile, VAEntrypoint* entrypoint,
                                 VAConfigAttrib* attributes, int* count);
  VAStatus QuerySurfaceAttributes(VAConfigID id, VASurfaceAttrib* attributes, unsigned* count);

  // driver_surface.cc
  VAStatus CreateSurfaces(int width, int height, int format, int count, VASurfaceID* ids);
  VAStatus CreateSurfaces2(unsigned format, unsigned width, unsigned height, VASurfaceID* ids, unsigned count,
                           VASurfaceAttrib* attributes, unsigned attribute_count);
  VAStatus DestroySurfaces(VASurfaceID* ids, int count);
  VAStatus SyncSurface(VASurfaceID id);
  VAStatus SyncSurface2(VASurfaceID id, std::uint64_t timeout_ns);
  VAStatus SyncBuffer(VABufferID id, std::uint64_t timeout_ns);
  VAStatus QuerySurfaceStatus(VASurfaceID id, VASurfaceStatus* status);
  VAStatus QueryImageFormats(VAImageFormat* formats, int* count) const;
  VAStatus CreateImage(VAImageFormat* format, int width, int height, VAImage* image);
  VAStatus DeriveImage(VASurfaceID id, VAImage* image);
  VAStatus DestroyImage(VAImageID id);
  VAStatus GetImage(VASurfaceID id, int x, int y, unsigned width, unsigned height, VAImageID image);
  VAStatus PutImage(VASurfaceID id, VAImageID image, int from_x, int from_y, unsigned from_width, unsigned from_height,
                    int to_x, int to_y, unsigned to_width, unsigned to_height);

  // driver_video_proc.cc
  VAStatus QueryVideoProcFilters(VAContextID context, VAProcFilterType* filters, unsigned* count);
  VAStatus QueryVideoProcPipelineCaps(VAContextID context, VABufferID* filters, unsigned count,
                                      VAProcPipelineCaps* caps);

  // driver_buffer.cc
  VAStatus CreateBuffer(VAContextID context, VABufferType type, unsigned size, unsigned count, void* data,
                        VABufferID* id);
  VAStatus BufferSetNumElements(VABufferID id, unsigned count);
  VAStatus MapBuffer(VABufferID id, void** data);
  VAStatus UnmapBuffer(VABufferID id);
  VAStatus DestroyBuffer(VABufferID id);
  VAStatus BufferInfo(VABufferID id, VABufferType* type, unsigned* size, unsigned* count);

  // driver_picture.cc
  VAStatus CreateContext(VAConfigID config, int width, int height, int flag, VASurfaceID* targets, int target_count,
                         VAContextID* id);
  VAStatus DestroyContext(VAContextID id);
  VAStatus BeginPicture(VAContextID id, VASurfaceID target);
  VAStatus RenderPicture(VAContextID id, VABufferID* buffers, int count);
  VAStatus EndPicture(VAContextID id);

 private:
  VAStatus CheckOffered(VAProfile profile, VAEntrypoint entrypoint) const;
  void MakeImage(const Surface& memory, VAImage* image);
  VAStatus Copy(const Surface& surface, unsigned surface_x, unsigned surface_y, const VAImage& image, unsigned image_x,
                unsigned image_y, unsigned width, unsigned height, bool into_surface);
  VAStatus Process(const Stream& stream, Surface& target);
  VAStatus Encode(VAContextID id, Stream& stream, Surface& source);
  // Waits for what the stream still has to code of it, if anything.
  VAStatus Finish(VAContextID stream, const SharedBytes& coded_or_surface);

  SubmitWork submit_;
  Fault fault_;
  Capabilities capabilities_;
  std::mutex mutex_;
  // Lists that applications are pointed to by VAProcPipelineCaps, and only read.
  std::array<VAProcColorStandardType, 1> colour_standards_ = {VAProcColorStandardBT601};
  std::array<std::uint32_t, 2> input_formats_ = {VA_FOURCC_NV12, VA_FOURCC_P010};
  std::array<std::uint32_t, 2> output_formats_ = {VA_FOURCC_NV12, VA_FOURCC_BGRX};
  // libva's ids are one space of numbers: far apart, an id of one kind is never found among another's.
  ObjectTable<Config> configs_{0x01000000};
  ObjectTable<Surface> surfaces_{0x02000000};
  ObjectTable<Stream> streams_{0x03000000};
  ObjectTable<Buffer> buffers_{0x04000000};
  ObjectTable<Image> images_{0x05000000};
};

}  // namespace vfqual::lab_va
