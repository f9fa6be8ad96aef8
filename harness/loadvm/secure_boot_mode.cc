#include "harness/loadvm/secure_boot_mode.h"

#include <fmt/format.h>

namespace vfqual {

Result<SecureBootMode> ParseSecureBootMode(const std::string& text) {
  if (text == "unsigned") return SecureBootMode::kUnsigned;
  if (text == "signed") return SecureBootMode::kSigned;
  return FailInput(fmt::format("--secure-boot {}: it is 'unsigned' or 'signed'", text));
}

const char* Word(SecureBootMode mode) {
  if (mode == SecureBootMode::kOff) return "off";
  return mode == SecureBootMode::kSigned ? "signed" : "unsigned";
}

}  // namespace vfqual
