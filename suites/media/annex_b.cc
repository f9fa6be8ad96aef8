#include "suites/media/annex_b.h"

#include <fmt/format.h>

#include <algorithm>
#include <fstream>
#include <iterator>

#include "suites/media/av_handles.h"

namespace vfqual::suites {

Result<EncodedStream> SplitPictures(const std::vector<std::uint8_t>& bytes) {
  const AvHandle<AVCodecParserContext> parser(av_parser_init(AV_CODEC_ID_H264));
  const AvHandle<AVCodecContext> codec(avcodec_alloc_context3(nullptr));
  if (!parser || !codec) return Fail("libavcodec has no parser of H.264");
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
