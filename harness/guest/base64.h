// Base64 (RFC 4648 section 4) as the guest agent uses it.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace vfqual {

std::string EncodeBase64(std::string_view bytes);

// Strict: padded to four characters, no other character in between, unused bits zero. Empty optional otherwise.
std::optional<std::string> DecodeBase64(std::string_view text);

}  // namespace vfqual
