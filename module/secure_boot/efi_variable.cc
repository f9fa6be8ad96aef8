#include "module/secure_boot/efi_variable.h"

#include <fmt/format.h>

#include <cstdint>

namespace vfqual::secure_boot {

namespace {

constexpr std::size_t kAttributesBytes = 4;
constexpr std::size_t kGuidBytes = 16;
// Type, size of the list, of its header and of each signature.
constexpr std::size_t kListHeaderBytes = kGuidBytes + 12;
constexpr std::size_t kMostSignatures = 4096;
// EFI_CERT_X509_GUID, a5c059a1-94e4-4aa7-87b5-ab155c2bf072, in the order of its bytes.
constexpr std::string_view kX509Type("\xa1\x59\xc0\xa5\xe4\x94\xa7\x4a\x87\xb5\xab\x15\x5c\x2b\xf0\x72", kGuidBytes);

std::size_t LittleEndian(std::string_view bytes, std::size_t at) {
  std::size_t value = 0;
  for (std::size_t i = 4; i-- > 0;) value = value << 8U | static_cast<unsigned char>(bytes[at + i]);
  return value;
}

}  // namespace

std::optional<std::string_view> EfiValue(std::string_view file) {
  if (file.size() < kAttributesBytes) return std::nullopt;
  return file.substr(kAttributesBytes);
}

std::optional<bool> EfiFlag(std::string_view file) {
  const auto value = EfiValue(file);
  if (!value || value->size() != 1 || static_cast<unsigned char>(value->front()) > 1) return std::nullopt;
  return value->front() == 1;
}

Result<SignatureLists> ParseSignatureLists(std::string_view value, const std::string& source) {
  SignatureLists lists;
  while (!value.empty()) {
    if (value.size() < kListHeaderBytes) return Fail(fmt::format("{}: cut short", source));
    const auto list_bytes = LittleEndian(value, kGuidBytes);
    const auto header_bytes = LittleEndian(value, kGuidBytes + 4);
    const auto each_bytes = LittleEndian(value, kGuidBytes + 8);
    if (list_bytes < kListHeaderBytes || list_bytes > value.size() || header_bytes > list_bytes - kListHeaderBytes ||
        each_bytes <= kGuidBytes) {
      return Fail(fmt::format("{}: a signature list of {} bytes with entries of {} makes no sense", source, list_bytes,
                              each_bytes));
    }
    const bool is_x509 = value.starts_with(kX509Type);
    auto entries = value.substr(kListHeaderBytes + header_bytes, list_bytes - kListHeaderBytes - header_bytes);
    if (entries.size() % each_bytes != 0) return Fail(source + ": a signature list does not end with an entry");
    for (; !entries.empty(); entries.remove_prefix(each_bytes)) {
      if (lists.certificates.size() + lists.others >= kMostSignatures) {
        return Fail(fmt::format("{}: more than {} signatures", source, kMostSignatures));
      }
      // The owner's GUID comes first.
      const auto entry = entries.substr(kGuidBytes, each_bytes - kGuidBytes);
      Result<Certificate> certificate = FailInput("not a certificate");
      if (is_x509) certificate = ParseCertificate(entry, source);
      if (certificate) {
        lists.certificates.push_back(std::move(*certificate));
      } else {
        ++lists.others;
      }
    }
    value.remove_prefix(list_bytes);
  }
  return lists;
}

}  // namespace vfqual::secure_boot
