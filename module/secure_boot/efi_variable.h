// What UEFI variables hold, as efivarfs gives them (Documentation/filesystems/efivarfs.rst): four bytes of attributes,
// then the value. Firmware is not trusted: everything is checked.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "harness/base/result.h"
#include "module/secure_boot/certificate.h"

namespace vfqual::secure_boot {

// The value; nothing where not even the attributes are whole.
std::optional<std::string_view> EfiValue(std::string_view file);

// A variable of one byte, 0 or 1, as SecureBoot and SetupMode are (UEFI specification, "Globally Defined Variables").
std::optional<bool> EfiFlag(std::string_view file);

struct SignatureLists {
  std::vector<Certificate> certificates;
  std::size_t others = 0;  // hashes, and certificates that cannot be read
};

// EFI_SIGNATURE_LIST, one after the other (UEFI specification, "Signature Database"): db, MokListRT. kHarness where
// the lengths make no sense.
Result<SignatureLists> ParseSignatureLists(std::string_view value, const std::string& source);

}  // namespace vfqual::secure_boot
