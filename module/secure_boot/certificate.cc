#include "module/secure_boot/certificate.h"

#include <fmt/format.h>
#include <openssl/bn.h>
#include <openssl/sha.h>
#include <openssl/x509.h>

#include <array>
#include <memory>

#include "module/secure_boot/crypto_handles.h"

namespace vfqual::secure_boot {

namespace {

constexpr std::size_t kMostNameBytes = 512;

// Names come from files that anybody may have made.
std::string Printable(std::string_view text) {
  std::string printable;
  for (const char letter : text.substr(0, kMostNameBytes)) {
    const bool shown = static_cast<unsigned char>(letter) >= 0x20 && static_cast<unsigned char>(letter) < 0x7f;
    printable += shown ? std::string(1, letter) : fmt::format("\\x{:02x}", static_cast<unsigned char>(letter));
  }
  return printable;
}

std::string View(const unsigned char* bytes, int size) {
  return bytes == nullptr || size <= 0
             ? std::string()
             : std::string(reinterpret_cast<const char*>(bytes), static_cast<std::size_t>(size));
}

std::string Subject(const X509* certificate) {
  const BioHandle out(BIO_new(BIO_s_mem()));
  if (!out) return {};
  X509_NAME_print_ex(out.get(), X509_get_subject_name(certificate), 0, XN_FLAG_RFC2253);
  char* data = nullptr;
  const long size = BIO_get_mem_data(out.get(), &data);
  return size <= 0 ? std::string() : Printable({data, static_cast<std::size_t>(size)});
}

}  // namespace

std::string HexOf(std::string_view bytes) {
  std::string hex;
  hex.reserve(2 * bytes.size());
  for (const char byte : bytes) hex += fmt::format("{:02x}", static_cast<unsigned char>(byte));
  return hex;
}

std::string NameDer(const X509_NAME* name) {
  unsigned char* der = nullptr;
  const int size = name == nullptr ? -1 : i2d_X509_NAME(name, &der);
  auto bytes = View(der, size);
  OPENSSL_free(der);
  return bytes;
}

std::string CommonName(const X509_NAME* name) {
  if (name == nullptr) return {};
  const int at = X509_NAME_get_index_by_NID(name, NID_commonName, -1);
  const auto* const entry = at < 0 ? nullptr : X509_NAME_get_entry(name, at);
  if (entry == nullptr) return {};
  unsigned char* text = nullptr;
  const int size = ASN1_STRING_to_UTF8(&text, X509_NAME_ENTRY_get_data(entry));
  auto printable = Printable(View(text, size));
  OPENSSL_free(text);
  return printable;
}

std::string SerialHex(const ASN1_INTEGER* serial) {
  return serial == nullptr ? std::string() : HexOf(View(ASN1_STRING_get0_data(serial), ASN1_STRING_length(serial)));
}

Result<Certificate> ParseCertificate(std::string_view bytes, const std::string& source) {
  const auto read = ReadX509(bytes);
  if (!read) return FailInput(fmt::format("{} is no X.509 certificate", source), "give one in DER or PEM");
  Certificate certificate;
  unsigned char* der = nullptr;
  const int size = i2d_X509(read.get(), &der);
  certificate.der = View(der, size);
  OPENSSL_free(der);
  certificate.subject = Subject(read.get());
  certificate.common_name = CommonName(X509_get_subject_name(read.get()));
  certificate.issuer_der = NameDer(X509_get_issuer_name(read.get()));
  certificate.serial_hex = SerialHex(X509_get0_serialNumber(read.get()));
  if (const auto* const id = X509_get0_subject_key_id(read.get())) {
    certificate.key_id_hex = HexOf(View(ASN1_STRING_get0_data(id), ASN1_STRING_length(id)));
  }
  std::array<unsigned char, SHA_DIGEST_LENGTH> digest{};
  SHA1(reinterpret_cast<const unsigned char*>(certificate.der.data()), certificate.der.size(), digest.data());
  certificate.sha1_hex = HexOf(View(digest.data(), static_cast<int>(digest.size())));
  return certificate;
}

}  // namespace vfqual::secure_boot
