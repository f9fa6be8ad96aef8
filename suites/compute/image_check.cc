#include <array>

#include "suites/compute/checks.h"
#include "suites/compute/image_oracle.h"
#include "suites/opencl/sequence.h"
#include "suites/support/outcome.h"

namespace vfqual::suites {
namespace {

constexpr ImageSize kSize{.width = 37, .height = 23};
constexpr ImageShift kShift{.x = 5, .y = -3};
constexpr std::array<std::size_t, 3> kOrigin{0, 0, 0};
constexpr std::array<std::size_t, 3> kRegion{kSize.width, kSize.height, 1};

opencl::Buffer MakeImage(opencl::Sequence& cl, cl_context context) {
  if (!cl.Ok()) return nullptr;
  const cl_image_format format{.image_channel_order = CL_RGBA, .image_channel_data_type = CL_UNSIGNED_INT8};
  cl_image_desc description{};
  description.image_type = CL_MEM_OBJECT_IMAGE2D;
  description.image_width = kSize.width;
  description.image_height = kSize.height;
  cl_int status = CL_SUCCESS;
  opencl::Buffer image(clCreateImage(context, CL_MEM_READ_WRITE, &format, &description, nullptr, &status));
  cl.Note("clCreateImage", status);
  return image;
}

bool OffersImages(cl_device_id device) {
  cl_bool offered = CL_FALSE;
  clGetDeviceInfo(device, CL_DEVICE_IMAGE_SUPPORT, sizeof offered, &offered, nullptr);
  return offered == CL_TRUE;
}

}  // namespace

Status CheckImage(const ComputeRun& run) {
  if (!OffersImages(run.session.device.id)) {
    SkipTest(SkipReason::kNoImages, "'" + run.session.device.name + "' offers no images");
    return {};
  }
  const auto pixels = RandomWords(run, static_cast<std::size_t>(kSize.width) * kSize.height, 11);
  std::vector<std::uint32_t> got(pixels.size());
  opencl::Sequence cl(run.session, run.program);
  const auto source = MakeImage(cl, run.session.context.get());
  const auto target = MakeImage(cl, run.session.context.get());
  if (cl.Ok()) {
    cl.Note("clEnqueueWriteImage", clEnqueueWriteImage(cl.Queue(), source.get(), CL_TRUE, kOrigin.data(),
                                                       kRegion.data(), 0, 0, pixels.data(), 0, nullptr, nullptr));
  }
  const cl_int2 shift{{run.faulty ? 0 : kShift.x, kShift.y}};
  cl.Run("mirror_image", opencl::Items(kSize.width, kSize.height), source, target, shift);
  if (cl.Ok()) {
    cl.Note("clEnqueueReadImage", clEnqueueReadImage(cl.Queue(), target.get(), CL_TRUE, kOrigin.data(), kRegion.data(),
                                                     0, 0, got.data(), 0, nullptr, nullptr));
  }
  if (!cl.Ok()) return ToStatus(cl.Done());
  if (auto mismatch = FirstPixelMismatch(kSize, kShift, pixels, got)) return Fail("mirrored image: " + *mismatch);
  return {};
}

}  // namespace vfqual::suites
