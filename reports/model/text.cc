#include "reports/model/text.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>

namespace vfqual::reports {

namespace {

constexpr std::string_view kReplacement = "\xEF\xBF\xBD";  // U+FFFD

struct CodePoint {
  std::uint32_t value = 0;
  std::size_t bytes = 1;
  bool valid = false;
};

struct LeadByte {
  std::size_t bytes = 0;  // 0: not a lead byte
  std::uint32_t bits = 0;
  std::uint32_t smallest = 0;  // shorter forms of smaller values are overlong
};

LeadByte ParseLead(std::uint8_t byte) {
  if (byte < 0x80) return {.bytes = 1, .bits = byte, .smallest = 0};
  if (byte >= 0xC2 && byte <= 0xDF) return {.bytes = 2, .bits = byte & 0x1FU, .smallest = 0x80};
  if (byte >= 0xE0 && byte <= 0xEF) return {.bytes = 3, .bits = byte & 0x0FU, .smallest = 0x800};
  if (byte >= 0xF0 && byte <= 0xF4) return {.bytes = 4, .bits = byte & 0x07U, .smallest = 0x10000};
  return {};
}

CodePoint Decode(std::string_view text, std::size_t at) {
  const LeadByte lead = ParseLead(static_cast<std::uint8_t>(text[at]));
  if (lead.bytes == 0 || lead.bytes > text.size() - at) return {};
  std::uint32_t value = lead.bits;
  for (std::size_t i = 1; i < lead.bytes; ++i) {
    const auto byte = static_cast<std::uint8_t>(text[at + i]);
    if ((byte & 0xC0U) != 0x80U) return {};
    value = (value << 6U) | (byte & 0x3FU);
  }
  const bool surrogate = value >= 0xD800 && value <= 0xDFFF;
  if (value < lead.smallest || surrogate || value > 0x10FFFF) return {};
  return {.value = value, .bytes = lead.bytes, .valid = true};
}

// Bidirectional controls, zero-width characters, line separators, tags and the byte order mark (Unicode UTS #55).
bool ActsUnseen(std::uint32_t value) {
  return (value >= 0x80 && value <= 0x9F) || value == 0xAD || value == 0x061C || value == 0x180E ||
         (value >= 0x200B && value <= 0x200F) || (value >= 0x2028 && value <= 0x202E) ||
         (value >= 0x2060 && value <= 0x206F) || value == 0xFEFF || (value >= 0xFFF9 && value <= 0xFFFB) ||
         (value >= 0xE0000 && value <= 0xE0FFF);
}

std::string ControlPicture(std::uint32_t value) {
  const std::uint32_t picture = value == 0x7F ? 0x21 : value;
  return std::string("\xE2\x90") + static_cast<char>(0x80U + picture);
}

std::string ValidPiece(std::string_view text, std::size_t at, const CodePoint& point) {
  return std::string(point.valid ? text.substr(at, point.bytes) : kReplacement);
}

std::string VisiblePiece(std::string_view text, std::size_t at, const CodePoint& point) {
  const bool crlf = text[at] == '\r' && at + 1 < text.size() && text[at + 1] == '\n';
  if (!point.valid || point.value == '\n' || point.value == '\t') return ValidPiece(text, at, point);
  if (crlf) return {};
  if (point.value < 0x20 || point.value == 0x7F) return ControlPicture(point.value);
  if (ActsUnseen(point.value)) return fmt::format("[U+{:04X}]", point.value);
  return ValidPiece(text, at, point);
}

// The pieces of the text's characters; where they exceed max_bytes, as many as leave room for the mark.
template <class PieceOf>
std::string Collect(std::string_view text, std::size_t max_bytes, const PieceOf& piece_of) {
  constexpr std::size_t kMarkBytes = 40;
  const std::size_t room = max_bytes > kMarkBytes ? max_bytes - kMarkBytes : 0;
  std::string out;
  std::size_t kept_out = 0;
  std::size_t kept_in = 0;
  for (std::size_t at = 0; at < text.size();) {
    const CodePoint point = Decode(text, at);
    out += piece_of(text, at, point);
    at += point.bytes;
    if (out.size() > max_bytes) {
      out.resize(kept_out);
      return out + fmt::format("… [{} bytes cut]", text.size() - kept_in);
    }
    if (out.size() <= room) {
      kept_out = out.size();
      kept_in = at;
    }
  }
  return out;
}

}  // namespace

bool IsValidUtf8(std::string_view text) {
  // Nearly all text is ASCII, and there is a lot of it: the loop is one that compilers turn into vectors.
  unsigned all_bits = 0;
  for (const char c : text) all_bits |= static_cast<unsigned char>(c);
  if (all_bits < 0x80) return true;
  for (std::size_t at = 0; at < text.size();) {
    const CodePoint point = Decode(text, at);
    if (!point.valid) return false;
    at += point.bytes;
  }
  return true;
}

std::string ValidUtf8(std::string_view text) {
  return Collect(text, std::string::npos, ValidPiece);
}

std::string BoundedText(std::string_view text, std::size_t max_bytes) {
  return Collect(text, max_bytes, ValidPiece);
}

std::string VisibleText(std::string_view text, std::size_t max_bytes) {
  // Nearly all text is this, and there is a lot of it.
  const bool is_plain =
      text.size() <= max_bytes && std::all_of(text.begin(), text.end(), [](char c) { return c >= ' ' && c < '\x7f'; });
  if (is_plain) return std::string(text);
  return Collect(text, max_bytes, VisiblePiece);
}

}  // namespace vfqual::reports
