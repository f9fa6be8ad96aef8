// `--secure-boot` of `vfqual lab`.
#pragma once

#include <cstdint>
#include <string>

#include "harness/base/result.h"

namespace vfqual {

// The machine's firmware enforces Secure Boot, with a test key enrolled that signs the kernel.
enum class SecureBootMode : std::uint8_t {
  kOff,
  kUnsigned,  // the modules carry no signature: the kernel has to refuse them
  kSigned,    // the modules are signed with the test key
};
// "unsigned" or "signed"; kInput for anything else.
Result<SecureBootMode> ParseSecureBootMode(const std::string& text);

const char* Word(SecureBootMode mode);  // "off", "unsigned", "signed"

}  // namespace vfqual
