#include "suites/media/program_tests.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cstdlib>
#include <functional>
#include <string>
#include <vector>

#include "suites/media/annex_b.h"
#include "suites/media/encode_case.h"
#include "suites/media/moving_picture.h"
#include "suites/media/software_encoder.h"
#include "suites/media/stream_decoder.h"
#include "suites/support/add_test.h"
#include "suites/support/outcome.h"
#include "suites/support/run_program.h"
#include "suites/support/temporary_folder.h"

namespace vfqual::suites {
namespace {

namespace fs = std::filesystem;

constexpr unsigned kPictures = 6;
// What a program does by default with a quality of 26, or its like.
constexpr QualityFloor kFloor{30, 0.85, 22};

struct Files {
  fs::path from;
  fs::path to;
};
using Command = std::function<std::vector<std::string>(const MediaTarget&, const Files&)>;

std::string SizeText(const MediaTarget& target) {
  return fmt::format("{}x{}", target.scale.width, target.scale.height);
}

std::vector<std::string> Ffmpeg(std::vector<std::string> arguments) {
  std::vector<std::string> argv = {"ffmpeg", "-hide_banner", "-loglevel", "error", "-nostdin", "-y"};
  argv.insert(argv.end(), arguments.begin(), arguments.end());
  return argv;
}

std::vector<std::string> FfmpegEncodes(const MediaTarget& target, const Files& files) {
  return Ffmpeg({"-vaapi_device",
                 target.render_node.string(),
                 "-f",
                 "rawvideo",
                 "-pix_fmt",
                 "nv12",
                 "-s",
                 SizeText(target),
                 "-r",
                 "30",
                 "-i",
                 files.from.string(),
                 "-vf",
                 "hwupload",
                 "-c:v",
                 "h264_vaapi",
                 "-qp",
                 "26",
                 "-bf",
                 "0",
                 "-f",
                 "h264",
                 files.to.string()});
}

std::vector<std::string> FfmpegDecodes(const MediaTarget& target, const Files& files) {
  return Ffmpeg({"-hwaccel", "vaapi", "-hwaccel_device", target.render_node.string(), "-hwaccel_output_format", "vaapi",
                 "-f", "h264", "-i", files.from.string(), "-vf", "hwdownload,format=nv12", "-fps_mode", "passthrough",
                 "-f", "rawvideo", files.to.string()});
}

std::vector<std::string> GStreamer(const Files& files, std::vector<std::string> elements) {
  std::vector<std::string> argv = {"gst-launch-1.0", "-q", "filesrc", "location=" + files.from.string(), "!"};
  argv.insert(argv.end(), elements.begin(), elements.end());
  argv.insert(argv.end(), {"!", "filesink", "location=" + files.to.string()});
  return argv;
}

std::vector<std::string> GStreamerEncodes(const MediaTarget& target, const Files& files) {
  return GStreamer(
      files, {"rawvideoparse", "format=nv12", fmt::format("width={}", target.scale.width),
              fmt::format("height={}", target.scale.height), "framerate=30/1", "!", "vah264enc", "rate-control=cqp",
              "qpi=26", "qpp=26", "b-frames=0", "!", "video/x-h264,stream-format=byte-stream,alignment=au"});
}

std::vector<std::string> GStreamerDecodes(const MediaTarget& /*target*/, const Files& files) {
  return GStreamer(files, {"h264parse", "!", "vah264dec", "!", "video/x-raw,format=NV12"});
}

// The moving picture goes in raw, and comes out as a stream that software decodes to what it was.
Status CheckEncodes(const MediaTarget& target, const Command& command) {
  const auto folder = TemporaryFolder::Make();
  if (!folder) return Fail(folder.error());
  const Files files{folder->Path() / "source.nv12", folder->Path() / "coded.h264"};
  std::vector<std::uint8_t> raw;
  for (unsigned number = 0; number < kPictures; ++number) {
    AppendRaw(raw, MovingPicture(target.scale.width, target.scale.height, number));
  }
  if (auto written = WriteBytes(files.from, raw); !written) return written;
  if (const auto ran = RunProgram(command(target, files), Errors::kInOutput); !ran) return Fail(ran.error());
  const auto stream = ReadBytes(files.to).and_then(SplitPictures);
  if (!stream) return Fail(stream.error());
  EncodeRequest request;
  request.profile = KnownProfiles().front();
  request.width = target.scale.width;
  request.height = target.scale.height;
  request.pictures = kPictures;
  return CheckEveryPictureIsThere(*stream, kPictures).and_then([&] {
    return CheckQualityOfStream(request, *stream, kFloor);
  });
}

// A stream of libx264's goes in, and raw pictures come out, to the bit those that software decodes.
Status CheckDecodes(const MediaTarget& target, const Command& command) {
  const auto folder = TemporaryFolder::Make();
  if (!folder) return Fail(folder.error());
  const Files files{folder->Path() / "coded.h264", folder->Path() / "decoded.nv12"};
  const auto width = target.scale.width;
  const auto height = target.scale.height;
  const auto coded = EncodeInSoftware({"high", width, height, kPictures},
                                      [&](unsigned number) { return MovingPicture(width, height, number); });
  if (!coded) return Fail(coded.error());
  if (auto written = WriteBytes(files.from, coded->Joined()); !written) return written;
  if (const auto ran = RunProgram(command(target, files), Errors::kInOutput); !ran) return Fail(ran.error());
  const auto expected = DecodeStream(AV_CODEC_ID_H264, *coded, nullptr);
  if (!expected) return Fail(expected.error());
  const auto actual = ReadBytes(files.to).and_then([&](const auto& raw) { return SplitRaw(raw, width, height); });
  if (!actual) return Fail(actual.error());
  if (actual->size() != expected->pictures.size()) {
    return Fail(fmt::format("{} pictures were decoded, {} expected", actual->size(), expected->pictures.size()));
  }
  for (unsigned number = 0; number < actual->size(); ++number) {
    auto same = CheckSamePicture(expected->pictures[number].picture, (*actual)[number], number);
    if (!same) return same;
  }
  return {};
}

// GStreamer's plugin passes over drivers that it does not know by name, and would look for its plugins anew each time.
void PrepareGStreamer(const fs::path& registry) {
  setenv("GST_VA_ALL_DRIVERS", "1", 1);                  // NOLINT(concurrency-mt-unsafe): one thread
  setenv("GST_REGISTRY", registry.string().c_str(), 0);  // NOLINT(concurrency-mt-unsafe)
}

}  // namespace

void AddProgramTests(const MediaTargetPtr& target, const std::vector<OfferedProfile>& offered) {
  const auto offers = [&](const auto& has) {
    return std::any_of(offered.begin(), offered.end(),
                       [&](const OfferedProfile& one) { return one.profile.codec == AV_CODEC_ID_H264 && has(one); });
  };
  const bool encodes = offers([](const auto& one) { return one.encode == VAEntrypointEncSlice; });
  const bool decodes = offers([](const auto& one) { return one.decode; });
  const auto registry = std::make_shared<Result<TemporaryFolder>>(TemporaryFolder::Make());
  PrepareGStreamer(*registry ? (*registry)->Path() / "registry.bin" : fs::path());

  const auto add = [&](const char* suite, const char* name, bool is_offered, std::vector<std::string> probe, auto check,
                       const Command& command) {
    AddTest(suite, name, [=] {
      const auto probed = RunProgram(probe, Errors::kInOutput);
      if (!probed && (probed.error() == kProgramMissing || probe.size() > 2)) {
        return SkipTest(SkipReason::kNoProgram, fmt::format("{} is not installed", fmt::join(probe, " ")));
      }
      if (!probed) return ExpectOk(Fail(probed.error()));
      if (!is_offered) return SkipTest(SkipReason::kNotOffered, "the driver does not offer it for H.264");
      ExpectOk(check(*target, command));
      static_cast<void>(registry);  // lives as long as the tests
    });
  };
  const std::vector<std::string> ffmpeg = {"ffmpeg", "-version"};
  const std::vector<std::string> gstreamer = {"gst-inspect-1.0", "--exists", "rawvideoparse"};
  add("Ffmpeg", "EncodesWithVa", encodes, ffmpeg, CheckEncodes, FfmpegEncodes);
  add("Ffmpeg", "DecodesWithVa", decodes, ffmpeg, CheckDecodes, FfmpegDecodes);
  add("GStreamer", "EncodesWithVa", encodes, gstreamer, CheckEncodes, GStreamerEncodes);
  add("GStreamer", "DecodesWithVa", decodes, gstreamer, CheckDecodes, GStreamerDecodes);
}

}  // namespace vfqual::suites
