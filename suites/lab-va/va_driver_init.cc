// The shared object's one exported function, which libva calls: fills libva's table with the driver's calls.
#include <unistd.h>
#include <va/va_backend.h>
#include <va/va_backend_vpp.h>

#include <csignal>
#include <cstdio>
#include <memory>
#include <new>
#include <string>
#include <variant>
#include <vector>

#include "suites/lab-va/capabilities.h"
#include "suites/lab-va/codec_list.h"
#include "suites/lab-va/driver.h"
#include "suites/lab-va/lab_fault.h"
#include "suites/lab-va/lab_submit.h"

// libva's own drm_state (va_drmcommon.h) where the display is a DRM one.
#include <va/va_drmcommon.h>

namespace vfqual::lab_va {
namespace {

Driver& DriverOf(VADriverContextP context) {
  return *static_cast<Driver*>(context->pDriverData);
}

// libva calls with its context first; the driver's functions are called one at a time.
template <auto kFunction>
struct Entry;

template <class... Args, VAStatus (Driver::*kFunction)(Args...)>
struct Entry<kFunction> {
  static VAStatus Call(VADriverContextP context, Args... args) noexcept {
    auto& driver = DriverOf(context);
    try {
      const std::scoped_lock lock(driver.Mutex());
      return (driver.*kFunction)(args...);
    } catch (const std::bad_alloc&) {
      return VA_STATUS_ERROR_ALLOCATION_FAILED;
    }
  }
};

template <class... Args, VAStatus (Driver::*kFunction)(Args...) const>
struct Entry<kFunction> {
  static VAStatus Call(VADriverContextP context, Args... args) noexcept {
    try {
      return (DriverOf(context).*kFunction)(args...);  // what the driver offers never changes
    } catch (const std::bad_alloc&) {
      return VA_STATUS_ERROR_ALLOCATION_FAILED;
    }
  }
};

// For what libva demands to be there, and a driver of this kind does not have.
template <class... Args>
VAStatus Unimplemented(VADriverContextP /*context*/, Args... /*args*/) {
  return VA_STATUS_ERROR_UNIMPLEMENTED;
}

VAStatus QueryNoSubpictureFormats(VADriverContextP /*context*/, VAImageFormat* /*formats*/, unsigned* /*flags*/,
                                  unsigned* count) {
  *count = 0;
  return VA_STATUS_SUCCESS;
}

VAStatus QueryNoDisplayAttributes(VADriverContextP /*context*/, VADisplayAttribute* /*attributes*/, int* count) {
  *count = 0;
  return VA_STATUS_SUCCESS;
}

VAStatus Terminate(VADriverContextP context) {
  const std::unique_ptr<Driver> driver(&DriverOf(context));
  context->pDriverData = nullptr;
  return VA_STATUS_SUCCESS;
}

void FillDriverCalls(VADriverVTable& table) {
  table.vaQueryConfigProfiles = Entry<&Driver::QueryConfigProfiles>::Call;
  table.vaQueryConfigEntrypoints = Entry<&Driver::QueryConfigEntrypoints>::Call;
  table.vaGetConfigAttributes = Entry<&Driver::GetConfigAttributes>::Call;
  table.vaCreateConfig = Entry<&Driver::CreateConfig>::Call;
  table.vaDestroyConfig = Entry<&Driver::DestroyConfig>::Call;
  table.vaQueryConfigAttributes = Entry<&Driver::QueryConfigAttributes>::Call;
  table.vaQuerySurfaceAttributes = Entry<&Driver::QuerySurfaceAttributes>::Call;
  table.vaCreateSurfaces = Entry<&Driver::CreateSurfaces>::Call;
  table.vaCreateSurfaces2 = Entry<&Driver::CreateSurfaces2>::Call;
  table.vaDestroySurfaces = Entry<&Driver::DestroySurfaces>::Call;
  table.vaSyncSurface = Entry<&Driver::SyncSurface>::Call;
  table.vaSyncSurface2 = Entry<&Driver::SyncSurface2>::Call;
  table.vaSyncBuffer = Entry<&Driver::SyncBuffer>::Call;
  table.vaQuerySurfaceStatus = Entry<&Driver::QuerySurfaceStatus>::Call;
  table.vaQueryImageFormats = Entry<&Driver::QueryImageFormats>::Call;
  table.vaCreateImage = Entry<&Driver::CreateImage>::Call;
  table.vaDeriveImage = Entry<&Driver::DeriveImage>::Call;
  table.vaDestroyImage = Entry<&Driver::DestroyImage>::Call;
  table.vaGetImage = Entry<&Driver::GetImage>::Call;
  table.vaPutImage = Entry<&Driver::PutImage>::Call;
  table.vaCreateBuffer = Entry<&Driver::CreateBuffer>::Call;
  table.vaBufferSetNumElements = Entry<&Driver::BufferSetNumElements>::Call;
  table.vaMapBuffer = Entry<&Driver::MapBuffer>::Call;
  table.vaUnmapBuffer = Entry<&Driver::UnmapBuffer>::Call;
  table.vaDestroyBuffer = Entry<&Driver::DestroyBuffer>::Call;
  table.vaBufferInfo = Entry<&Driver::BufferInfo>::Call;
  table.vaCreateContext = Entry<&Driver::CreateContext>::Call;
  table.vaDestroyContext = Entry<&Driver::DestroyContext>::Call;
  table.vaBeginPicture = Entry<&Driver::BeginPicture>::Call;
  table.vaRenderPicture = Entry<&Driver::RenderPicture>::Call;
  table.vaEndPicture = Entry<&Driver::EndPicture>::Call;
}

void FillOtherCalls(VADriverVTable& table) {
  table.vaTerminate = Terminate;
  table.vaQuerySubpictureFormats = QueryNoSubpictureFormats;
  table.vaQueryDisplayAttributes = QueryNoDisplayAttributes;
  table.vaPutSurface = Unimplemented;
  table.vaSetImagePalette = Unimplemented;
  table.vaCreateSubpicture = Unimplemented;
  table.vaDestroySubpicture = Unimplemented;
  table.vaSetSubpictureImage = Unimplemented;
  table.vaSetSubpictureChromakey = Unimplemented;
  table.vaSetSubpictureGlobalAlpha = Unimplemented;
  table.vaAssociateSubpicture = Unimplemented;
  table.vaDeassociateSubpicture = Unimplemented;
  table.vaGetDisplayAttributes = Unimplemented;
  table.vaSetDisplayAttributes = Unimplemented;
}

VAStatus Initialize(VADriverContextP context) {
  Fault fault = Fault::kNone;
  const auto* const drm = static_cast<const drm_state*>(context->drm_state);
  if (!ReadFault(fault) || drm == nullptr) return VA_STATUS_ERROR_INVALID_PARAMETER;
  auto codecs = ReadCodecs(BuiltCodecs());
  if (const auto* const error = std::get_if<std::string>(&codecs)) {
    dprintf(STDERR_FILENO, "vfqual's lab VA driver: %s\n",
            error->c_str());  // NOLINT(cppcoreguidelines-pro-type-vararg)
    return VA_STATUS_ERROR_INVALID_PARAMETER;
  }
  if (fault == Fault::kCrashAtInit) std::raise(SIGSEGV);
  while (fault == Fault::kHangAtInit) pause();
  std::unique_ptr<Driver> driver(new (std::nothrow)
                                     Driver(SubmitTo(drm->fd), fault, std::get<std::vector<const Codec*>>(codecs)));
  if (!driver) return VA_STATUS_ERROR_ALLOCATION_FAILED;
  context->version_major = VA_MAJOR_VERSION;
  context->version_minor = VA_MINOR_VERSION;
  context->max_profiles = static_cast<int>(kMaxProfiles);
  context->max_entrypoints = static_cast<int>(kMaxEntrypoints);
  context->max_attributes = VAConfigAttribTypeMax;
  context->max_image_formats = static_cast<int>(kMaxImageFormats);
  // libva refuses a driver that says zero of these.
  context->max_subpic_formats = 1;
  context->max_display_attributes = 1;
  context->str_vendor = kVendor;
  FillDriverCalls(*context->vtable);
  FillOtherCalls(*context->vtable);
  if (context->vtable_vpp != nullptr) {
    context->vtable_vpp->version = VA_DRIVER_VTABLE_VPP_VERSION;
    context->vtable_vpp->vaQueryVideoProcFilters = Entry<&Driver::QueryVideoProcFilters>::Call;
    context->vtable_vpp->vaQueryVideoProcFilterCaps = Unimplemented;
    context->vtable_vpp->vaQueryVideoProcPipelineCaps = Entry<&Driver::QueryVideoProcPipelineCaps>::Call;
  }
  context->pDriverData = driver.release();
  return VA_STATUS_SUCCESS;
}

}  // namespace
}  // namespace vfqual::lab_va

// libva looks for the function of its own version first, then for those of all older ones (va_openDriver in va/va.c).
#define VFQUAL_JOIN(major, minor) __vaDriverInit_##major##_##minor
#define VFQUAL_INIT_FUNCTION(major, minor) VFQUAL_JOIN(major, minor)
extern "C" __attribute__((visibility("default"))) VAStatus VFQUAL_INIT_FUNCTION(VA_MAJOR_VERSION, VA_MINOR_VERSION)(
    VADriverContextP context) {
  return vfqual::lab_va::Initialize(context);
}
