#include "suites/media/program_tests.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cstdlib>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "suites/media/coded_file.h"
#include "suites/media/decodable_stream.h"
#include "suites/media/encode_case.h"
#include "suites/media/moving_picture.h"
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

// What ffmpeg calls a codec, and a quality near the media suite's own.
struct FfmpegCodec {
  const char* test;  // the tests' name of it
  VAProfile profile;
  const char* encoder;
  std::vector<std::string> quality;
  const char* format;  // of a file that holds nothing else
};

std::vector<FfmpegCodec> FfmpegCodecs() {
  return {{"", VAProfileH264High, "h264_vaapi", {"-qp", "26"}, "h264"},
          {"Hevc", VAProfileHEVCMain, "hevc_vaapi", {"-qp", "26"}, "hevc"},
          {"Vp9", VAProfileVP9Profile0, "vp9_vaapi", {"-rc_mode", "CQP", "-global_quality", "80"}, "ivf"},
          {"Jpeg", VAProfileJPEGBaseline, "mjpeg_vaapi", {"-global_quality", "90"}, "mjpeg"},
          {"Mpeg2", VAProfileMPEG2Main, "mpeg2_vaapi", {"-rc_mode", "CQP", "-global_quality", "4"}, "mpeg2video"}};
}

Command FfmpegEncodes(const FfmpegCodec& codec) {
  return [codec](const MediaTarget& target, const Files& files) {
    auto arguments = std::vector<std::string>{"-vaapi_device",
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
                                              codec.encoder,
                                              "-bf",
                                              "0"};
    arguments.insert(arguments.end(), codec.quality.begin(), codec.quality.end());
    arguments.insert(arguments.end(), {"-f", codec.format, files.to.string()});
    return Ffmpeg(std::move(arguments));
  };
}

Command FfmpegDecodes(const FfmpegCodec& codec) {
  // Of a file in MPEG-2 the format's name is that of the writer alone.
  const std::string reader = codec.format == std::string_view("mpeg2video") ? "mpegvideo" : codec.format;
  return [reader](const MediaTarget& target, const Files& files) {
    return Ffmpeg({"-hwaccel", "vaapi", "-hwaccel_device", target.render_node.string(), "-hwaccel_output_format",
                   "vaapi", "-f", reader, "-i", files.from.string(), "-vf", "hwdownload,format=nv12", "-fps_mode",
                   "passthrough", "-f", "rawvideo", files.to.string()});
  };
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
Status CheckEncodes(const MediaTarget& target, const OfferedProfile& offered, const Command& command) {
  const auto folder = TemporaryFolder::Make();
  if (!folder) return Fail(folder.error());
  const Files files{folder->Path() / "source.nv12", folder->Path() / "coded"};
  std::vector<std::uint8_t> raw;
  for (unsigned number = 0; number < kPictures; ++number) {
    AppendRaw(raw, MovingPicture(target.scale.width, target.scale.height, number));
  }
  if (auto written = WriteBytes(files.from, raw); !written) return written;
  if (const auto ran = RunProgram(command(target, files), Errors::kInOutput); !ran) return Fail(ran.error());
  const auto codec = offered.profile.codec;
  const auto stream = ReadBytes(files.to).and_then([=](const auto& bytes) { return SplitPictures(codec, bytes); });
  if (!stream) return Fail(stream.error());
  EncodeRequest request;
  request.profile = offered.profile;
  request.width = target.scale.width;
  request.height = target.scale.height;
  request.pictures = kPictures;
  return CheckEveryPictureIsThere(*stream, kPictures).and_then([&] {
    return CheckQualityOfStream(request, *stream, kFloor);
  });
}

// A coded stream goes in, and raw pictures come out that are as software decodes them.
Status CheckDecodes(const MediaTarget& target, const OfferedProfile& offered, const Command& command) {
  const auto folder = TemporaryFolder::Make();
  if (!folder) return Fail(folder.error());
  const Files files{folder->Path() / "coded", folder->Path() / "decoded.nv12"};
  const auto width = target.scale.width;
  const auto height = target.scale.height;
  const auto codec = offered.profile.codec;
  const auto coded = MakeDecodableStream(target, offered, width, height);
  if (!coded) return Fail("there is no right stream to decode: " + coded.error());
  if (auto written = WriteBytes(files.from, FileOf(codec, *coded, width, height)); !written) return written;
  if (const auto ran = RunProgram(command(target, files), Errors::kInOutput); !ran) return Fail(ran.error());
  const auto expected = DecodeStream(codec, *coded, nullptr);
  if (!expected) return Fail(expected.error());
  const auto actual = ReadBytes(files.to).and_then([&](const auto& raw) { return SplitRaw(raw, width, height); });
  if (!actual) return Fail(actual.error());
  if (actual->size() != expected->pictures.size()) {
    return Fail(fmt::format("{} pictures were decoded, {} expected", actual->size(), expected->pictures.size()));
  }
  for (unsigned number = 0; number < actual->size(); ++number) {
    auto same = CheckDecodedPicture(codec, expected->pictures[number].picture, (*actual)[number], number);
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
  const auto find = [&](VAProfile profile) -> std::optional<OfferedProfile> {
    const auto found = std::find_if(offered.begin(), offered.end(),
                                    [=](const OfferedProfile& one) { return one.profile.va_profile == profile; });
    return found == offered.end() ? std::nullopt : std::optional(*found);
  };
  const auto registry = std::make_shared<Result<TemporaryFolder>>(TemporaryFolder::Make());
  PrepareGStreamer(*registry ? (*registry)->Path() / "registry.bin" : fs::path());

  const auto add = [&](const char* suite, const std::string& name, const std::optional<OfferedProfile>& profile,
                       bool is_offered, const std::vector<std::string>& probe, auto check, const Command& command) {
    AddTest(suite, name.c_str(), [=] {
      if (!profile || !is_offered) return SkipTest(SkipReason::kNotOffered, "the driver does not offer it");
      const auto probed = RunProgram(probe, Errors::kInOutput);
      if (!probed && (probed.error() == kProgramMissing || probe.size() > 2)) {
        return SkipTest(SkipReason::kNoProgram, fmt::format("{} is not installed", fmt::join(probe, " ")));
      }
      if (!probed) return ExpectOk(Fail(probed.error()));
      ExpectOk(check(*target, *profile, command));
      static_cast<void>(registry);  // lives as long as the tests
    });
  };
  const auto encodes = [](const std::optional<OfferedProfile>& one) {
    return one && one->encode && one->encode != VAEntrypointEncSliceLP;
  };
  const auto decodes = [](const std::optional<OfferedProfile>& one) {
    return one && one->decode && (IsMadeInSoftware(one->profile) || one->encode);
  };
  const std::vector<std::string> ffmpeg = {"ffmpeg", "-version"};
  const std::vector<std::string> gstreamer = {"gst-inspect-1.0", "--exists", "rawvideoparse"};
  for (const auto& codec : FfmpegCodecs()) {
    const auto profile = find(codec.profile);
    const auto name = [&](const char* what) { return fmt::format("{}{}WithVa", what, codec.test); };
    add("Ffmpeg", name("Encodes"), profile, encodes(profile), ffmpeg, CheckEncodes, FfmpegEncodes(codec));
    add("Ffmpeg", name("Decodes"), profile, decodes(profile), ffmpeg, CheckDecodes, FfmpegDecodes(codec));
  }
  const auto h264 = find(VAProfileH264High);
  add("GStreamer", "EncodesWithVa", h264, encodes(h264), gstreamer, CheckEncodes, GStreamerEncodes);
  add("GStreamer", "DecodesWithVa", h264, decodes(h264), gstreamer, CheckDecodes, GStreamerDecodes);
}

}  // namespace vfqual::suites
