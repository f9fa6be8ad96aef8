// The signature at a module's end (Documentation/admin-guide/module-signing.rst): the module, a PKCS#7 message without
// content, struct module_signature (include/linux/module_signature.h) and a mark.
#pragma once

#include <string>
#include <string_view>

#include "harness/base/result.h"
#include "module/secure_boot/certificate.h"

namespace vfqual::secure_boot {

struct SplitModule {
  std::string_view payload;  // without the signature: what is signed
  std::string_view pkcs7;    // empty: not signed
};

// `module`, unpacked, must outlive the answer. kSubject where the end is damaged: the kernel refuses such a module
// even where it enforces nothing (kernel/module/signing.c, module_sig_check).
Result<SplitModule> SplitSignature(std::string_view module);

struct Signer {
  std::string issuer;  // common name of the certificate's issuer; empty where the key's id is given instead
  std::string issuer_der;
  std::string serial_hex;
  std::string key_id_hex;  // the subject key identifier, where the signature names that
  std::string digest;      // "sha256"

  // "'NAME', serial …" or "key id …".
  std::string Describe() const;
};

// kSubject where it is no PKCS#7 message with one signature, or has its content inside.
Result<Signer> ReadSigner(std::string_view pkcs7);

// Whether the signature names this certificate.
bool NamesCertificate(const Signer& signer, const Certificate& certificate);

// Whether the payload is what the certificate's key signed. As the kernel does it: dates do not count.
bool IsSignedBy(const SplitModule& module, const Certificate& certificate);

// The payload with the PKCS#7 message, struct and mark at its end.
std::string JoinSignature(std::string_view payload, std::string_view pkcs7);

}  // namespace vfqual::secure_boot
