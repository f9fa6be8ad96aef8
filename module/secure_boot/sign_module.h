// Signs a module as scripts/sign-file.c of the kernel does, byte for byte with an RSA key; but it needs no kernel
// headers, and works on what is in memory.
#pragma once

#include <string>
#include <string_view>

#include "harness/base/result.h"
#include "module/secure_boot/certificate.h"
#include "module/secure_boot/crypto_handles.h"

namespace vfqual::secure_boot {

struct SigningKey {
  KeyHandle key;
  Certificate certificate;
};

// A private key in PEM, without a passphrase, and the certificate of the same key. kInput where one is neither, or they
// do not belong together. `key_source` and `certificate_source` are for the messages.
Result<SigningKey> MakeSigningKey(std::string_view key_pem, const std::string& key_source, std::string_view certificate,
                                  const std::string& certificate_source);

// `digest`: "sha256" and the like; what CONFIG_MODULE_SIG_HASH of the kernel says, since it has that one built in.
// Answers the whole module; a signature that it has already is taken off.
Result<std::string> SignModule(std::string_view module, const SigningKey& key, const std::string& digest);

}  // namespace vfqual::secure_boot
