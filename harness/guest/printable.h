// Text of a guest made harmless for terminals, logs and JSON.
#pragma once

#include <string>
#include <string_view>

namespace vfqual {

enum class Unprintable { kDrop, kEscape };  // control bytes vanish, or stay visible as \xNN

// Valid UTF-8 without control characters (C0, DEL, C1) but for new lines and tabs. Bytes that are not UTF-8 become "?"
// (kDrop) or \xNN (kEscape).
std::string MakePrintable(std::string_view text, Unprintable unprintable);

}  // namespace vfqual
