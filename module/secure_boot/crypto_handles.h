// libcrypto's objects, freed with their owner.
#pragma once

#include <openssl/bio.h>
#include <openssl/cms.h>
#include <openssl/evp.h>
#include <openssl/x509.h>

#include <memory>
#include <string>
#include <string_view>

namespace vfqual::secure_boot {

struct CryptoFree {
  void operator()(BIO* handle) const { BIO_free_all(handle); }
  void operator()(CMS_ContentInfo* handle) const { CMS_ContentInfo_free(handle); }
  void operator()(EVP_PKEY* handle) const { EVP_PKEY_free(handle); }
  void operator()(X509* handle) const { X509_free(handle); }
};
using BioHandle = std::unique_ptr<BIO, CryptoFree>;
using CmsHandle = std::unique_ptr<CMS_ContentInfo, CryptoFree>;
using KeyHandle = std::unique_ptr<EVP_PKEY, CryptoFree>;
using X509Handle = std::unique_ptr<X509, CryptoFree>;

// Without the host's openssl.cnf: it may name modules that this program, linked statically, cannot load.
void PrepareCrypto();

// Reads from `bytes`, which must outlive it; nothing for more than 2 GiB.
BioHandle ReadingBio(std::string_view bytes);

// libcrypto's oldest error as text; takes all of them off its list.
std::string CryptoError();

// A certificate in DER or PEM; nothing where it is none, or something follows it.
X509Handle ReadX509(std::string_view bytes);

}  // namespace vfqual::secure_boot
