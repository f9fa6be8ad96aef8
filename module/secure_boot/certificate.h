// An X.509 certificate, as far as the kernel and a person tell one from another.
#pragma once

#include <openssl/types.h>

#include <string>
#include <string_view>

#include "harness/base/result.h"

namespace vfqual::secure_boot {

struct Certificate {
  std::string der;
  std::string subject;      // "CN=DKMS module signing key", as text that can be printed
  std::string common_name;  // of the subject; what /proc/keys shows of it
  std::string issuer_der;   // the issuer's name, as signatures have it
  std::string serial_hex;   // lower case
  std::string key_id_hex;   // the subject key identifier, lower case; empty where it has none
  std::string sha1_hex;     // of the DER: what mokutil(1) and firmware show
};

// DER or PEM. kInput where it is no certificate; `source` is for the message.
Result<Certificate> ParseCertificate(std::string_view bytes, const std::string& source);

std::string NameDer(const X509_NAME* name);
std::string CommonName(const X509_NAME* name);  // printable; empty where it has none
std::string SerialHex(const ASN1_INTEGER* serial);
std::string HexOf(std::string_view bytes);

}  // namespace vfqual::secure_boot
