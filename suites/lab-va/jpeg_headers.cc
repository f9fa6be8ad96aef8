#include "suites/lab-va/jpeg_headers.h"

#include <algorithm>
#include <numeric>
#include <span>

namespace vfqual::lab_va {
namespace {

constexpr std::uint8_t kStartOfImage = 0xd8;
constexpr std::uint8_t kEndOfImage = 0xd9;
constexpr std::uint8_t kBaselineFrame = 0xc0;
constexpr std::uint8_t kHuffmanTables = 0xc4;
constexpr std::uint8_t kStartOfScan = 0xda;
constexpr std::uint8_t kQuantiserTables = 0xdb;
constexpr std::uint8_t kRestartInterval = 0xdd;
constexpr unsigned kMostComponents = 4;

class MarkerWriter {
 public:
  void Marker(std::uint8_t code) { bytes_.insert(bytes_.end(), {0xff, code}); }

  // With its length, which counts itself.
  void Segment(std::uint8_t code, const std::vector<std::uint8_t>& payload) {
    Marker(code);
    Number(static_cast<unsigned>(payload.size() + 2));
    bytes_.insert(bytes_.end(), payload.begin(), payload.end());
  }

  void Raw(const std::vector<std::uint8_t>& bytes) { bytes_.insert(bytes_.end(), bytes.begin(), bytes.end()); }
  std::vector<std::uint8_t> Release() { return std::move(bytes_); }

 private:
  void Number(unsigned value) {
    bytes_.insert(bytes_.end(), {static_cast<std::uint8_t>(value >> 8U), static_cast<std::uint8_t>(value)});
  }

  std::vector<std::uint8_t> bytes_;
};

void Append(std::vector<std::uint8_t>& payload, std::span<const std::uint8_t> bytes) {
  payload.insert(payload.end(), bytes.begin(), bytes.end());
}

std::uint8_t Upper(unsigned value) {
  return static_cast<std::uint8_t>(value >> 8U);
}
std::uint8_t Lower(unsigned value) {
  return static_cast<std::uint8_t>(value & 0xffU);
}
std::uint8_t Nibbles(unsigned high, unsigned low) {
  return static_cast<std::uint8_t>(high << 4U | (low & 0xfU));
}

void WriteQuantisers(MarkerWriter& writer, const VAIQMatrixBufferJPEGBaseline& quantisers) {
  for (unsigned table = 0; table < std::size(quantisers.quantiser_table); ++table) {
    const std::span<const std::uint8_t> values(quantisers.quantiser_table[table]);
    const bool empty = std::all_of(values.begin(), values.end(), [](std::uint8_t value) { return value == 0; });
    if (quantisers.load_quantiser_table[table] == 0 || empty) continue;
    std::vector<std::uint8_t> payload = {Nibbles(0, table)};
    Append(payload, values);
    writer.Segment(kQuantiserTables, payload);
  }
}

// False where a table has more values than there is room for.
bool WriteHuffman(MarkerWriter& writer, unsigned kind, unsigned table, std::span<const std::uint8_t> counts,
                  std::span<const std::uint8_t> values) {
  const auto count = std::accumulate(counts.begin(), counts.end(), std::size_t{0});
  if (count > values.size()) return false;
  if (count == 0) return true;
  std::vector<std::uint8_t> payload = {Nibbles(kind, table)};
  Append(payload, counts);
  Append(payload, values.first(count));
  writer.Segment(kHuffmanTables, payload);
  return true;
}

bool WriteHuffman(MarkerWriter& writer, const VAHuffmanTableBufferJPEGBaseline& huffman) {
  for (unsigned table = 0; table < std::size(huffman.huffman_table); ++table) {
    if (huffman.load_huffman_table[table] == 0) continue;
    const auto& codes = huffman.huffman_table[table];
    const bool fits = WriteHuffman(writer, 0, table, codes.num_dc_codes, codes.dc_values) &&
                      WriteHuffman(writer, 1, table, codes.num_ac_codes, codes.ac_values);
    if (!fits) return false;
  }
  return true;
}

void WriteFrame(MarkerWriter& writer, const VAPictureParameterBufferJPEGBaseline& frame) {
  std::vector<std::uint8_t> payload = {8,  // bits a sample
                                       Upper(frame.picture_height),
                                       Lower(frame.picture_height),
                                       Upper(frame.picture_width),
                                       Lower(frame.picture_width),
                                       frame.num_components};
  for (unsigned index = 0; index < frame.num_components; ++index) {
    const auto& component = frame.components[index];
    payload.insert(payload.end(),
                   {component.component_id, Nibbles(component.h_sampling_factor, component.v_sampling_factor),
                    component.quantiser_table_selector});
  }
  writer.Segment(kBaselineFrame, payload);
}

void WriteScan(MarkerWriter& writer, const Slice<VASliceParameterBufferJPEGBaseline>& scan) {
  const auto& parameters = scan.parameters;
  if (parameters.restart_interval != 0) {
    writer.Segment(kRestartInterval, {Upper(parameters.restart_interval), Lower(parameters.restart_interval)});
  }
  std::vector<std::uint8_t> payload = {parameters.num_components};
  for (unsigned index = 0; index < parameters.num_components; ++index) {
    const auto& component = parameters.components[index];
    payload.insert(payload.end(),
                   {component.component_selector, Nibbles(component.dc_table_selector, component.ac_table_selector)});
  }
  payload.insert(payload.end(), {0, 63, 0});  // all coefficients, as baseline has it
  writer.Segment(kStartOfScan, payload);
  writer.Raw(scan.bytes);
}

bool IsPossible(unsigned components) {
  return components != 0 && components <= kMostComponents;
}

}  // namespace

std::optional<std::vector<std::uint8_t>> JpegFile(const JpegPicture& picture) {
  if (!picture.parameters || !picture.quantisers || !picture.huffman || picture.scans.empty()) return std::nullopt;
  if (!IsPossible(picture.parameters->num_components)) return std::nullopt;
  MarkerWriter writer;
  writer.Marker(kStartOfImage);
  WriteQuantisers(writer, *picture.quantisers);
  WriteFrame(writer, *picture.parameters);
  if (!WriteHuffman(writer, *picture.huffman)) return std::nullopt;
  for (const auto& scan : picture.scans) {
    if (!IsPossible(scan.parameters.num_components)) return std::nullopt;
    WriteScan(writer, scan);
  }
  writer.Marker(kEndOfImage);
  return writer.Release();
}

}  // namespace vfqual::lab_va
