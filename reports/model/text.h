// Text from guests, logs and drivers is hostile: these make it bounded, valid UTF-8, and visible.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace vfqual::reports {

// A field of the journal or the report holds at most this many bytes.
inline constexpr std::size_t kMaxFieldBytes = std::size_t{64} * 1024;

bool IsValidUtf8(std::string_view text);

// Each byte that is not part of a well-formed UTF-8 sequence (Unicode 15, table 3-7) becomes U+FFFD.
std::string ValidUtf8(std::string_view text);

// Valid UTF-8 of at most max_bytes; longer text is cut between characters and ends in "… [N bytes cut]".
std::string BoundedText(std::string_view text, std::size_t max_bytes = kMaxFieldBytes);

// Bounded text in which nothing acts on a reader's terminal or page unseen: control characters become their
// pictures (U+2400 …: ESC is ␛, NUL is ␀), and characters that reorder or hide text become "[U+202E]".
// Line feeds and tabs stay; CR LF becomes LF.
std::string VisibleText(std::string_view text, std::size_t max_bytes = kMaxFieldBytes);

}  // namespace vfqual::reports
