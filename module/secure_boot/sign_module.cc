#include "module/secure_boot/sign_module.h"

#include <fmt/format.h>
#include <openssl/err.h>
#include <openssl/pem.h>

#include "module/secure_boot/module_signature.h"

namespace vfqual::secure_boot {

namespace {

// No passphrase is asked for: nobody may be there to give one.
int NoPassphrase(char* /*buffer*/, int /*size*/, int /*for_writing*/, void* /*user*/) {
  return -1;
}

constexpr unsigned kFlags = CMS_NOCERTS | CMS_BINARY | CMS_DETACHED | CMS_STREAM;

}  // namespace

Result<SigningKey> MakeSigningKey(std::string_view key_pem, const std::string& key_source, std::string_view certificate,
                                  const std::string& certificate_source) {
  PrepareCrypto();
  SigningKey made;
  const auto bio = ReadingBio(key_pem);
  if (bio) made.key.reset(PEM_read_bio_PrivateKey(bio.get(), nullptr, NoPassphrase, nullptr));
  ERR_clear_error();
  if (!made.key) {
    return FailInput(fmt::format("{} is no private key in PEM that opens without a passphrase", key_source),
                     "openssl pkey -in KEY -out KEY.pem makes one of it");
  }
  VFQUAL_TRY(made.certificate, ParseCertificate(certificate, certificate_source), "");
  const auto read = ReadX509(made.certificate.der);
  if (!read || X509_check_private_key(read.get(), made.key.get()) != 1) {
    ERR_clear_error();
    return FailInput(fmt::format("{} is not the certificate of the key {}", certificate_source, key_source),
                     "give the two that were made together");
  }
  return made;
}

Result<std::string> SignModule(std::string_view module, const SigningKey& key, const std::string& digest) {
  VFQUAL_TRY(const auto split, SplitSignature(module), "");
  const auto* const algorithm = EVP_get_digestbyname(digest.c_str());
  if (algorithm == nullptr) return FailInput(fmt::format("there is no digest '{}'", digest), "sha256 or sha512");
  const auto certificate = ReadX509(key.certificate.der);
  const auto content = ReadingBio(split.payload);
  if (!certificate || !content) return Fail("the module cannot be signed: no memory, or it is too large");
  const CmsHandle cms(CMS_sign(nullptr, nullptr, nullptr, nullptr, kFlags | CMS_PARTIAL));
  if (!cms ||
      CMS_add1_signer(cms.get(), certificate.get(), key.key.get(), algorithm,
                      CMS_NOCERTS | CMS_BINARY | CMS_NOSMIMECAP | CMS_NOATTR) == nullptr ||
      CMS_final(cms.get(), content.get(), nullptr, CMS_NOCERTS | CMS_BINARY) != 1) {
    return Fail("the module cannot be signed: " + CryptoError());
  }
  unsigned char* der = nullptr;
  const int size = i2d_CMS_ContentInfo(cms.get(), &der);
  if (size <= 0) return Fail("the signature cannot be written: " + CryptoError());
  const std::string pkcs7(reinterpret_cast<const char*>(der), static_cast<std::size_t>(size));
  OPENSSL_free(der);
  auto signed_module = JoinSignature(split.payload, pkcs7);
  // What is put in place of a working module must be right.
  VFQUAL_TRY(const auto check, SplitSignature(signed_module), "");
  if (!IsSignedBy(check, key.certificate)) return Fail("the new signature does not verify");
  return signed_module;
}

}  // namespace vfqual::secure_boot
