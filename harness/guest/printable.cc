#include "harness/guest/printable.h"

#include <fmt/format.h>

#include <cstdint>
#include <iterator>

namespace vfqual {

namespace {

// The length of the valid UTF-8 sequence at the start of `text` (RFC 3629: shortest form, no surrogates), 0 for none.
std::size_t SequenceLength(std::string_view text) {
  const auto byte = [&](std::size_t i) -> std::uint32_t { return static_cast<unsigned char>(text[i]); };
  const std::uint32_t lead = byte(0);
  std::size_t length = 0;
  std::uint32_t code = 0;
  std::uint32_t least = 0;
  if (lead < 0x80) return 1;
  if ((lead & 0xe0U) == 0xc0) {
    length = 2, code = lead & 0x1fU, least = 0x80;
  } else if ((lead & 0xf0U) == 0xe0) {
    length = 3, code = lead & 0x0fU, least = 0x800;
  } else if ((lead & 0xf8U) == 0xf0) {
    length = 4, code = lead & 0x07U, least = 0x10000;
  }
  if (length == 0 || text.size() < length) return 0;
  for (std::size_t i = 1; i < length; ++i) {
    if ((byte(i) & 0xc0U) != 0x80) return 0;
    code = (code << 6U) | (byte(i) & 0x3fU);
  }
  const bool valid = code >= least && code <= 0x10ffff && (code < 0xd800 || code > 0xdfff);
  return valid ? length : 0;
}

bool IsControl(std::string_view sequence) {
  const auto lead = static_cast<unsigned char>(sequence[0]);
  if (sequence.size() == 1) return (lead < 0x20 && lead != '\n' && lead != '\t') || lead == 0x7f;
  return lead == 0xc2 && static_cast<unsigned char>(sequence[1]) < 0xa0;  // U+0080 to U+009F
}

}  // namespace

std::string MakePrintable(std::string_view text, Unprintable unprintable) {
  std::string printable;
  printable.reserve(text.size());
  while (!text.empty()) {
    const std::size_t valid = SequenceLength(text);
    const std::string_view sequence = text.substr(0, valid == 0 ? 1 : valid);
    text.remove_prefix(sequence.size());
    if (valid != 0 && !IsControl(sequence)) {
      printable += sequence;
    } else if (unprintable == Unprintable::kEscape) {
      for (const char c : sequence) {
        fmt::format_to(std::back_inserter(printable), "\\x{:02x}", static_cast<unsigned char>(c));
      }
    } else if (valid == 0) {
      printable += '?';
    }
  }
  return printable;
}

}  // namespace vfqual
