#include "module/secure_boot/crypto_handles.h"

#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/pem.h>

#include <climits>

namespace vfqual::secure_boot {

void PrepareCrypto() {
  OPENSSL_init_crypto(OPENSSL_INIT_NO_LOAD_CONFIG, nullptr);
}

BioHandle ReadingBio(std::string_view bytes) {
  if (bytes.size() > INT_MAX) return nullptr;
  return BioHandle(BIO_new_mem_buf(bytes.data(), static_cast<int>(bytes.size())));
}

std::string CryptoError() {
  const auto code = ERR_get_error();
  ERR_clear_error();
  const char* const reason = code == 0 ? nullptr : ERR_reason_error_string(code);
  return reason == nullptr ? "no reason given" : reason;
}

X509Handle ReadX509(std::string_view bytes) {
  PrepareCrypto();
  X509Handle read;
  if (bytes.starts_with("-----BEGIN") || bytes.find("\n-----BEGIN") != std::string_view::npos) {
    const auto bio = ReadingBio(bytes);
    if (bio) read.reset(PEM_read_bio_X509(bio.get(), nullptr, nullptr, nullptr));
  } else if (bytes.size() <= INT_MAX) {
    const auto* at = reinterpret_cast<const unsigned char*>(bytes.data());
    const auto* const end = at + bytes.size();
    read.reset(d2i_X509(nullptr, &at, static_cast<long>(bytes.size())));
    if (at != end) read.reset();
  }
  ERR_clear_error();
  return read;
}

}  // namespace vfqual::secure_boot
