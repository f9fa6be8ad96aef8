#include "suites/lab-va/jpeg_encoder.h"

#include <algorithm>
#include <array>
#include <csetjmp>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <span>

extern "C" {
#include <jpeglib.h>
}

#include "suites/lab-va/planar_picture.h"

namespace vfqual::lab_va {
namespace {

constexpr unsigned kComponents = 3;
constexpr unsigned kBlockSide = 8;
constexpr unsigned kUnitSide = 2 * kBlockSide;  // of luma, what is coded at once

struct ErrorTrap {
  jpeg_error_mgr manager;  // first: libjpeg hands a pointer to it back
  std::jmp_buf jump;
};

[[noreturn]] void Jump(j_common_ptr compressor) {
  std::longjmp(reinterpret_cast<ErrorTrap*>(compressor->err)->jump, 1);  // NOLINT(cert-err52-cpp): libjpeg's way
}

void SayNothing(j_common_ptr /*compressor*/) {}

// libjpeg counts in raster order, libva in that of the zig-zag scan.
constexpr std::array<unsigned, DCTSIZE2> kRasterOfZigZag = {
    0,  1,  8,  16, 9,  2,  3,  10, 17, 24, 32, 25, 18, 11, 4,  5,  12, 19, 26, 33, 40, 48,
    41, 34, 27, 20, 13, 6,  7,  14, 21, 28, 35, 42, 49, 56, 57, 50, 43, 36, 29, 22, 15, 23,
    30, 37, 44, 51, 58, 59, 52, 45, 38, 31, 39, 46, 53, 60, 61, 54, 47, 55, 62, 63};

void SetQuantisers(jpeg_compress_struct& compressor, int table, std::span<const std::uint8_t> values, int scale) {
  std::array<unsigned, DCTSIZE2> raster{};
  for (std::size_t at = 0; at < raster.size(); ++at) raster.at(kRasterOfZigZag.at(at)) = values[at];
  jpeg_add_quant_table(&compressor, table, raster.data(), scale, TRUE);
}

void SetHuffman(jpeg_compress_struct& compressor, JHUFF_TBL*& table, std::span<const std::uint8_t> counts,
                std::span<const std::uint8_t> values) {
  if (table == nullptr) table = jpeg_alloc_huff_table(reinterpret_cast<j_common_ptr>(&compressor));
  std::copy(counts.begin(), counts.end(), std::begin(table->bits) + 1);
  std::copy(values.begin(), values.end(), std::begin(table->huffval));
}

void SetTables(jpeg_compress_struct& compressor, const JpegRequest& request) {
  const int scale = jpeg_quality_scaling(std::clamp<int>(request.picture.quality, 1, 100));
  const auto& quantisers = request.quantisers;
  if (quantisers.load_lum_quantiser_matrix != 0) {
    SetQuantisers(compressor, 0, quantisers.lum_quantiser_matrix, scale);
  }
  if (quantisers.load_chroma_quantiser_matrix != 0) {
    SetQuantisers(compressor, 1, quantisers.chroma_quantiser_matrix, scale);
  }
  for (unsigned table = 0; table < std::size(request.huffman.huffman_table); ++table) {
    if (request.huffman.load_huffman_table[table] == 0) continue;
    const auto& codes = request.huffman.huffman_table[table];
    SetHuffman(compressor, compressor.dc_huff_tbl_ptrs[table], codes.num_dc_codes, codes.dc_values);
    SetHuffman(compressor, compressor.ac_huff_tbl_ptrs[table], codes.num_ac_codes, codes.ac_values);
  }
  for (unsigned index = 0; index < kComponents; ++index) {
    auto& component = compressor.comp_info[index];
    component.h_samp_factor = component.v_samp_factor = index == 0 ? 2 : 1;
    component.quant_tbl_no = request.picture.quantiser_table_selector[index];
    component.dc_tbl_no = request.scan.components[index].dc_table_selector;
    component.ac_tbl_no = request.scan.components[index].ac_table_selector;
  }
}

void WriteRows(jpeg_compress_struct& compressor, PlanarPicture& picture) {
  std::array<std::array<JSAMPROW, kUnitSide>, kComponents> rows{};
  std::array<JSAMPARRAY, kComponents> planes = {rows[0].data(), rows[1].data(), rows[2].data()};
  for (unsigned top = 0; top < picture.planes[0].rows; top += kUnitSide) {
    for (unsigned row = 0; row < kUnitSide; ++row) rows[0].at(row) = picture.Row(0, top + row);
    for (unsigned plane = 1; plane < kComponents; ++plane) {
      for (unsigned row = 0; row < kBlockSide; ++row) rows.at(plane).at(row) = picture.Row(plane, top / 2 + row);
    }
    jpeg_write_raw_data(&compressor, planes.data(), kUnitSide);
  }
}

struct Output {
  unsigned char* bytes = nullptr;
  unsigned long size = 0;  // NOLINT(google-runtime-int): libjpeg's
};

// Nothing with a destructor lives here: an error jumps out of it.
bool Compress(const JpegRequest& request, PlanarPicture& picture, Output& output) {
  jpeg_compress_struct compressor{};
  ErrorTrap trap{};
  compressor.err = jpeg_std_error(&trap.manager);
  trap.manager.error_exit = Jump;
  trap.manager.output_message = SayNothing;
  if (setjmp(trap.jump) != 0) {  // NOLINT(cert-err52-cpp): libjpeg's way
    jpeg_destroy_compress(&compressor);
    return false;
  }
  jpeg_create_compress(&compressor);
  jpeg_mem_dest(&compressor, &output.bytes, &output.size);
  compressor.image_width = request.picture.picture_width;
  compressor.image_height = request.picture.picture_height;
  compressor.input_components = kComponents;
  compressor.in_color_space = JCS_YCbCr;
  jpeg_set_defaults(&compressor);
  compressor.raw_data_in = TRUE;
  compressor.restart_interval = request.scan.restart_interval;
  SetTables(compressor, request);
  jpeg_start_compress(&compressor, TRUE);
  WriteRows(compressor, picture);
  jpeg_finish_compress(&compressor);
  jpeg_destroy_compress(&compressor);
  return true;
}

// Behind the scan's header; 0 where there is none.
std::size_t BeginOfScan(std::span<const std::uint8_t> file) {
  constexpr std::uint8_t kStartOfScanMarker = 0xda;
  std::size_t at = 2;  // behind the start of the image
  while (at + 4 <= file.size()) {
    const std::size_t next = at + 2 + (std::size_t{file[at + 2]} << 8U | file[at + 3]);
    if (file[at + 1] == kStartOfScanMarker) return std::min(next, file.size());
    at = next;
  }
  return 0;
}

}  // namespace

std::optional<JpegParts> EncodeJpeg(const JpegRequest& request, const Surface& surface) {
  if (request.picture.num_components != kComponents || request.scan.num_components != kComponents ||
      !surface.IsNv12()) {
    return std::nullopt;
  }
  auto picture = TakeApart(surface, request.picture.picture_width, request.picture.picture_height, kUnitSide);
  Output output;
  const bool done = Compress(request, picture, output);
  const std::unique_ptr<unsigned char, void (*)(void*)> owner(output.bytes, std::free);
  constexpr std::size_t kEndOfImageBytes = 2;
  const std::span<const std::uint8_t> file(output.bytes, output.size);
  const std::size_t begin = done ? BeginOfScan(file) : 0;
  if (begin == 0 || file.size() < begin + kEndOfImageBytes) return std::nullopt;
  const auto headers = file.first(begin);
  const auto scan = file.subspan(begin, file.size() - begin - kEndOfImageBytes);
  return JpegParts{{headers.begin(), headers.end()}, {scan.begin(), scan.end()}};
}

}  // namespace vfqual::lab_va
