// For this room's tests: a key with its certificate, made when the test runs.
#pragma once

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>
#include <openssl/x509v3.h>

#include <string>

#include "module/secure_boot/crypto_handles.h"

namespace vfqual::secure_boot {

struct TestKey {
  std::string key_pem;
  std::string certificate_pem;
  std::string certificate_der;
};

inline std::string Drain(BIO* bio) {
  char* data = nullptr;
  const long size = BIO_get_mem_data(bio, &data);
  return {data, static_cast<std::size_t>(size)};
}

inline TestKey MakeTestKey(const std::string& name, bool with_key_id = true) {
  PrepareCrypto();
  const KeyHandle key(EVP_RSA_gen(2048));
  const X509Handle certificate(X509_new());
  X509_set_version(certificate.get(), 2);
  // The same key name with another serial number is another certificate.
  static long serial = 0x1000;
  ASN1_INTEGER_set(X509_get_serialNumber(certificate.get()), ++serial);
  X509_gmtime_adj(X509_getm_notBefore(certificate.get()), 0);
  X509_gmtime_adj(X509_getm_notAfter(certificate.get()), 3600);
  X509_set_pubkey(certificate.get(), key.get());
  auto* const subject = X509_get_subject_name(certificate.get());
  X509_NAME_add_entry_by_txt(subject, "CN", MBSTRING_UTF8, reinterpret_cast<const unsigned char*>(name.c_str()), -1, -1,
                             0);
  X509_set_issuer_name(certificate.get(), subject);
  if (with_key_id) {
    X509V3_CTX context;
    X509V3_set_ctx(&context, certificate.get(), certificate.get(), nullptr, nullptr, 0);
    auto* const extension = X509V3_EXT_conf_nid(nullptr, &context, NID_subject_key_identifier, "hash");
    X509_add_ext(certificate.get(), extension, -1);
    X509_EXTENSION_free(extension);
  }
  X509_sign(certificate.get(), key.get(), EVP_sha256());
  TestKey made;
  const BioHandle key_out(BIO_new(BIO_s_mem()));
  PEM_write_bio_PrivateKey(key_out.get(), key.get(), nullptr, nullptr, 0, nullptr, nullptr);
  made.key_pem = Drain(key_out.get());
  const BioHandle pem_out(BIO_new(BIO_s_mem()));
  PEM_write_bio_X509(pem_out.get(), certificate.get());
  made.certificate_pem = Drain(pem_out.get());
  const BioHandle der_out(BIO_new(BIO_s_mem()));
  i2d_X509_bio(der_out.get(), certificate.get());
  made.certificate_der = Drain(der_out.get());
  return made;
}

// An EFI_SIGNATURE_LIST of one certificate.
inline std::string X509List(const std::string& der) {
  const auto little_endian = [](std::size_t value) {
    std::string bytes;
    for (int i = 0; i < 4; ++i, value >>= 8U) bytes += static_cast<char>(value & 0xffU);
    return bytes;
  };
  return std::string("\xa1\x59\xc0\xa5\xe4\x94\xa7\x4a\x87\xb5\xab\x15\x5c\x2b\xf0\x72", 16) +
         little_endian(28 + 16 + der.size()) + little_endian(0) + little_endian(16 + der.size()) +
         std::string(16, 'o') + der;
}

}  // namespace vfqual::secure_boot
