#include "suites/media/processing_tests.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <functional>

#include "suites/media/picture_quality.h"
#include "suites/media/smooth_picture.h"
#include "suites/media/surface_pictures.h"
#include "suites/media/video_processor.h"
#include "suites/support/add_test.h"
#include "suites/support/outcome.h"
#include "suites/va/va_display.h"

namespace vfqual::suites {
namespace {

// Filters differ, and round: of a smooth picture that is worth one step of a sample here and there (48 dB), and a
// little more at the edges.
constexpr QualityFloor kScaledFloor{40, 0.95, 34};
// Conversions round twice and may place chroma by half a sample: each component to 6 of 255, and to 2 in the mean.
constexpr double kMostOff = 6;
constexpr double kMeanOff = 2;

struct Size {
  unsigned width;
  unsigned height;
};

bool OffersProcessing(const MediaTarget& target) {
  return std::any_of(target.capabilities.begin(), target.capabilities.end(), [](const VaCapability& one) {
    return one.profile == VAProfileNone && one.entrypoint == VAEntrypointVideoProc;
  });
}

bool OffersFormat(const MediaTarget& target, unsigned rt_format) {
  const auto offered = ConfigAttribute(target.Va(), {VAProfileNone, VAEntrypointVideoProc}, VAConfigAttribRTFormat);
  return (offered.value_or(0) & rt_format) != 0;
}

Result<VaSurface> SmoothSurface(const MediaTarget& target, const Size& size) {
  auto surface = MakeSurface(target.Va(), size.width, size.height);
  if (!surface) return surface;
  if (const auto put = PutPicture(*surface, SmoothPicture(size.width, size.height)); !put) return Fail(put.error());
  return surface;
}

Status CheckScaling(const MediaTarget& target, const Size& from, const Size& to) {
  const auto source = SmoothSurface(target, from);
  if (!source) return Fail(source.error());
  const auto scaled = MakeSurface(target.Va(), to.width, to.height);
  if (!scaled) return Fail(scaled.error());
  if (auto done = ProcessPicture(*source, *scaled, to.width, to.height); !done) return done;
  const auto picture = GetPicture(*scaled, to.width, to.height);
  if (!picture) return Fail(picture.error());
  const auto quality = CompareQuality(SmoothPicture(to.width, to.height), *picture);
  auto checked = CheckQuality(quality, kScaledFloor, 0);
  if (checked) return checked;
  return Fail(fmt::format("from {}x{} to {}x{}: {}", from.width, from.height, to.width, to.height, checked.error()));
}

// Luma's own chroma sample: the nearest, which in a smooth picture is as good as one between two.
Rgb ExpectedAt(const Nv12Picture& picture, unsigned x, unsigned y) {
  const std::size_t chroma = std::size_t{y / 2} * picture.ChromaStride() + std::size_t{x / 2} * 2;
  return RgbOf(picture.luma[std::size_t{y} * picture.width + x], picture.chroma[chroma], picture.chroma[chroma + 1]);
}

Status CompareColours(const Nv12Picture& source, const VaMapping& converted) {
  double sum = 0;
  for (unsigned y = 0; y < source.height; ++y) {
    const unsigned char* pixel = converted.Row(0, y);
    for (unsigned x = 0; x < source.width; ++x, pixel += 4) {
      const Rgb expected = ExpectedAt(source, x, y);
      const std::array off = {std::abs(pixel[0] - expected.blue), std::abs(pixel[1] - expected.green),
                              std::abs(pixel[2] - expected.red)};
      for (const double one : off) sum += one;
      if (*std::max_element(off.begin(), off.end()) > kMostOff) {
        return Fail(fmt::format(
            "the pixel at column {}, row {} is {}, {}, {} (red, green, blue), {:.0f}, {:.0f}, {:.0f} expected", x, y,
            pixel[2], pixel[1], pixel[0], expected.red, expected.green, expected.blue));
      }
    }
  }
  const double mean = sum / (3.0 * source.width * source.height);
  if (mean <= kMeanOff) return {};
  return Fail(fmt::format("the colours are off by {:.2f} of 255 in the mean, at most {} allowed", mean, kMeanOff));
}

Status CheckConversionToBgrx(const MediaTarget& target, const Size& size) {
  const auto source = SmoothSurface(target, size);
  if (!source) return Fail(source.error());
  const auto converted = MakeSurface(target.Va(), size.width, size.height, VA_RT_FORMAT_RGB32, VA_FOURCC_BGRX);
  if (!converted) return Fail(converted.error());
  if (auto done = ProcessPicture(*source, *converted, size.width, size.height); !done) return done;
  const auto image = MakeImage(target.Va(), VA_FOURCC_BGRX, size.width, size.height);
  if (!image) return Fail(image.error());
  const VAStatus got = vaGetImage(target.Va(), converted->Id(), 0, 0, size.width, size.height, image->object.Id());
  if (got != VA_STATUS_SUCCESS) return Fail(VaCallFailed("vaGetImage(BGRX)", got));
  const auto mapping = VaMapping::Map(*image);
  if (!mapping) return Fail(mapping.error());
  return CompareColours(SmoothPicture(size.width, size.height), *mapping);
}

// Ten bits that are the eight of the smooth picture: they come back as those, but for rounding.
Status CheckConversionFromP010(const MediaTarget& target, const Size& size) {
  auto picture = SmoothPicture(size.width, size.height);
  picture.luma_low.resize(picture.luma.size());
  picture.chroma_low.resize(picture.chroma.size());
  const auto source = MakeSurface(target.Va(), size.width, size.height, VA_RT_FORMAT_YUV420_10, VA_FOURCC_P010);
  if (!source) return Fail(source.error());
  if (auto put = PutPicture(*source, picture); !put) return put;
  const auto converted = MakeSurface(target.Va(), size.width, size.height);
  if (!converted) return Fail(converted.error());
  if (auto done = ProcessPicture(*source, *converted, size.width, size.height); !done) return done;
  const auto read = GetPicture(*converted, size.width, size.height);
  if (!read) return Fail(read.error());
  return CheckQuality(CompareQuality(picture, *read), kScaledFloor, 0);
}

}  // namespace

void AddProcessingTests(const MediaTargetPtr& target) {
  const bool offered = OffersProcessing(*target);
  const auto add = [&](const char* name, unsigned rt_format, const char* format,
                       const std::function<Status(const MediaTarget&)>& check) {
    AddTest("VideoProcessing", name, [=] {
      if (!offered) return SkipTest(SkipReason::kNotOffered, "the driver does not offer video processing");
      if (!OffersFormat(*target, rt_format)) {
        return SkipTest(SkipReason::kNotOffered, fmt::format("the driver does not process {}", format));
      }
      ExpectOk(check(*target));
    });
  };
  const Size usual{target->scale.width, target->scale.height};
  const Size odd{target->scale.odd_width, target->scale.odd_height};
  const Size half{usual.width / 2, usual.height / 2};
  const Size other{usual.width * 3 / 2, usual.height * 2};
  add("KeepsAPicture", VA_RT_FORMAT_YUV420, "NV12", [=](const auto& it) { return CheckScaling(it, usual, usual); });
  add("ScalesDown", VA_RT_FORMAT_YUV420, "NV12", [=](const auto& it) { return CheckScaling(it, usual, half); });
  add("ScalesUpInBothDirections", VA_RT_FORMAT_YUV420, "NV12",
      [=](const auto& it) { return CheckScaling(it, usual, other); });
  add("ScalesToOddSize", VA_RT_FORMAT_YUV420, "NV12", [=](const auto& it) { return CheckScaling(it, usual, odd); });
  add("ConvertsToBgrx", VA_RT_FORMAT_RGB32, "RGB", [=](const auto& it) { return CheckConversionToBgrx(it, usual); });
  add("ConvertsFromP010", VA_RT_FORMAT_YUV420_10, "ten bits",
      [=](const auto& it) { return CheckConversionFromP010(it, usual); });
}

}  // namespace vfqual::suites
