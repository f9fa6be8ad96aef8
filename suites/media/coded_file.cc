#include "suites/media/coded_file.h"

#include <fmt/format.h>

#include <algorithm>
#include <fstream>
#include <iterator>
#include <span>

#include "suites/media/av_handles.h"

namespace vfqual::suites {

namespace {

// IVF is of WebM's tools: a header, and before each picture its size and its time, all little-endian.
constexpr std::size_t kIvfHeaderBytes = 32;
constexpr std::size_t kIvfPictureHeaderBytes = 12;

void AppendNumber(std::vector<std::uint8_t>& bytes, unsigned size, std::uint64_t value) {
  for (unsigned byte = 0; byte < size; ++byte) bytes.push_back(static_cast<std::uint8_t>(value >> (8 * byte)));
}

std::vector<std::uint8_t> IvfFile(const EncodedStream& stream, unsigned width, unsigned height) {
  std::vector<std::uint8_t> bytes = {'D', 'K', 'I', 'F', 0, 0, kIvfHeaderBytes, 0, 'V', 'P', '9', '0'};
  AppendNumber(bytes, 2, width);
  AppendNumber(bytes, 2, height);
  AppendNumber(bytes, 4, 30);  // time units a second
  AppendNumber(bytes, 4, 1);
  AppendNumber(bytes, 4, stream.pictures.size());
  AppendNumber(bytes, 4, 0);
  for (const auto& picture : stream.pictures) {
    AppendNumber(bytes, 4, picture.bytes.size());
    AppendNumber(bytes, 8, static_cast<std::uint64_t>(picture.number));
    bytes.insert(bytes.end(), picture.bytes.begin(), picture.bytes.end());
  }
  return bytes;
}

Result<EncodedStream> SplitIvf(std::span<const std::uint8_t> bytes) {
  EncodedStream stream;
  for (std::size_t at = kIvfHeaderBytes; at < bytes.size();) {
    if (bytes.size() - at < kIvfPictureHeaderBytes) return Fail("the IVF file is cut short");
    std::size_t size = 0;
    for (unsigned byte = 0; byte < 4; ++byte) size |= std::size_t{bytes[at + byte]} << (8 * byte);
    at += kIvfPictureHeaderBytes;
    if (bytes.size() - at < size) return Fail("the IVF file is cut short");
    const auto picture = bytes.subspan(at, size);
    stream.pictures.push_back({static_cast<std::int64_t>(stream.pictures.size()), {picture.begin(), picture.end()}});
    at += size;
  }
  return stream;
}

Result<EncodedStream> ParsePictures(AVCodecID codec_id, const std::vector<std::uint8_t>& bytes) {
  const AvHandle<AVCodecParserContext> parser(av_parser_init(codec_id));
  const AvHandle<AVCodecContext> codec(avcodec_alloc_context3(avcodec_find_decoder(codec_id)));
  if (!parser || !codec) {
    return Fail(fmt::format("this libavcodec has no parser of {}", avcodec_get_name(codec_id)));
  }
  // The parser reads beyond the end.
  std::vector<std::uint8_t> padded = bytes;
  padded.resize(bytes.size() + AV_INPUT_BUFFER_PADDING_SIZE);
  EncodedStream stream;
  std::size_t at = 0;
  for (bool ended = false; !ended;) {
    ended = at == bytes.size();
    std::uint8_t* picture = nullptr;
    int size = 0;
    const int left = static_cast<int>(bytes.size() - at);
    at += static_cast<std::size_t>(av_parser_parse2(parser.get(), codec.get(), &picture, &size, padded.data() + at,
                                                    left, AV_NOPTS_VALUE, AV_NOPTS_VALUE, 0));
    if (size == 0) continue;
    stream.pictures.push_back({static_cast<std::int64_t>(stream.pictures.size()), {picture, picture + size}});
  }
  return stream;
}

}  // namespace

std::vector<std::uint8_t> FileOf(AVCodecID codec, const EncodedStream& stream, unsigned width, unsigned height) {
  return codec == AV_CODEC_ID_VP9 ? IvfFile(stream, width, height) : stream.Joined();
}

Result<EncodedStream> SplitPictures(AVCodecID codec, const std::vector<std::uint8_t>& bytes) {
  return codec == AV_CODEC_ID_VP9 ? SplitIvf(bytes) : ParsePictures(codec, bytes);
}

Result<std::vector<std::uint8_t>> ReadBytes(const std::filesystem::path& file) {
  std::ifstream stream(file, std::ios::binary);
  std::vector<std::uint8_t> bytes(std::istreambuf_iterator<char>(stream), {});
  if (!stream.is_open() || stream.bad()) return Fail(fmt::format("{} cannot be read", file.string()));
  return bytes;
}

Status WriteBytes(const std::filesystem::path& file, const std::vector<std::uint8_t>& bytes) {
  std::ofstream stream(file, std::ios::binary);
  stream.write(reinterpret_cast<const char*>(bytes.data()), static_cast<std::streamsize>(bytes.size()));
  stream.close();
  if (!stream) return Fail(fmt::format("{} cannot be written", file.string()));
  return {};
}

void AppendRaw(std::vector<std::uint8_t>& bytes, const Nv12Picture& picture) {
  bytes.insert(bytes.end(), picture.luma.begin(), picture.luma.end());
  bytes.insert(bytes.end(), picture.chroma.begin(), picture.chroma.end());
}

Result<std::vector<Nv12Picture>> SplitRaw(const std::vector<std::uint8_t>& bytes, unsigned width, unsigned height) {
  std::vector<Nv12Picture> pictures;
  const std::span<const std::uint8_t> all(bytes);
  std::size_t at = 0;
  while (at < bytes.size()) {
    Nv12Picture picture(width, height);
    if (bytes.size() - at < picture.luma.size() + picture.chroma.size()) {
      return Fail(fmt::format("{} bytes are not whole pictures of {}x{}", bytes.size(), width, height));
    }
    for (auto* const plane : {&picture.luma, &picture.chroma}) {
      std::ranges::copy(all.subspan(at, plane->size()), plane->begin());
      at += plane->size();
    }
    pictures.push_back(std::move(picture));
  }
  return pictures;
}

}  // namespace vfqual::suites
