#include "module/secure_boot/module_signature.h"

#include <fmt/format.h>
#include <openssl/err.h>
#include <openssl/objects.h>

#include <algorithm>
#include <array>
#include <climits>
#include <cstdint>

#include "module/secure_boot/crypto_handles.h"

namespace vfqual::secure_boot {

namespace {

constexpr std::string_view kMark = "~Module signature appended~\n";  // MODULE_SIG_STRING
// algo, hash, id_type, signer_len, key_id_len, three of padding, and the length of the signature, big endian.
constexpr std::size_t kStructBytes = 12;
constexpr std::size_t kIdTypeAt = 2;
constexpr std::size_t kLengthAt = 8;
constexpr unsigned char kPkcs7 = 2;  // PKEY_ID_PKCS7
constexpr std::size_t kMostPkcs7Bytes = std::size_t{1} << 20U;
constexpr const char* kRebuildFix = "sign it anew: vfqual module sign";

// The message and nothing after it.
CmsHandle ReadCms(std::string_view pkcs7) {
  PrepareCrypto();
  if (pkcs7.empty() || pkcs7.size() > kMostPkcs7Bytes) return nullptr;
  const auto* at = reinterpret_cast<const unsigned char*>(pkcs7.data());
  const auto* const end = at + pkcs7.size();
  CmsHandle cms(d2i_CMS_ContentInfo(nullptr, &at, static_cast<long>(pkcs7.size())));
  ERR_clear_error();
  if (!cms || at != end || OBJ_obj2nid(CMS_get0_type(cms.get())) != NID_pkcs7_signed) return nullptr;
  return cms;
}

CMS_SignerInfo* OnlySigner(CMS_ContentInfo* cms) {
  auto* const signers = CMS_get0_SignerInfos(cms);
  return signers == nullptr || sk_CMS_SignerInfo_num(signers) != 1 ? nullptr : sk_CMS_SignerInfo_value(signers, 0);
}

std::string Octets(const ASN1_OCTET_STRING* octets) {
  return {reinterpret_cast<const char*>(ASN1_STRING_get0_data(octets)),
          static_cast<std::size_t>(std::max(ASN1_STRING_length(octets), 0))};
}

}  // namespace

Result<SplitModule> SplitSignature(std::string_view module) {
  if (!module.ends_with(kMark)) return SplitModule{module, {}};
  const auto body = module.substr(0, module.size() - kMark.size());
  if (body.size() < kStructBytes) return FailSubject("the module is cut short before its signature", kRebuildFix);
  const auto info = body.substr(body.size() - kStructBytes);
  const auto byte = [&info](std::size_t at) { return static_cast<unsigned char>(info[at]); };
  std::size_t length = 0;
  for (std::size_t at = kLengthAt; at < kStructBytes; ++at) length = length << 8U | byte(at);
  if (length == 0 || length > body.size() - kStructBytes) {
    return FailSubject(fmt::format("its signature claims {} bytes of a module of {}", length, module.size()),
                       kRebuildFix);
  }
  for (std::size_t at = 0; at < kLengthAt; ++at) {
    if (byte(at) != (at == kIdTypeAt ? kPkcs7 : 0)) {
      return FailSubject("its signature is of a kind that kernels do not take (not PKCS#7)", kRebuildFix);
    }
  }
  const auto payload = body.size() - kStructBytes - length;
  return SplitModule{body.substr(0, payload), body.substr(payload, length)};
}

std::string Signer::Describe() const {
  return key_id_hex.empty() ? fmt::format("'{}', serial {}", issuer, serial_hex) : fmt::format("key id {}", key_id_hex);
}

Result<Signer> ReadSigner(std::string_view pkcs7) {
  const auto cms = ReadCms(pkcs7);
  if (!cms) return FailSubject("its signature is no PKCS#7 message", kRebuildFix);
  auto* const info = OnlySigner(cms.get());
  if (info == nullptr) return FailSubject("its PKCS#7 message has not one signature", kRebuildFix);
  Signer signer;
  ASN1_OCTET_STRING* key_id = nullptr;
  X509_NAME* issuer = nullptr;
  ASN1_INTEGER* serial = nullptr;
  CMS_SignerInfo_get0_signer_id(info, &key_id, &issuer, &serial);
  if (key_id != nullptr) {
    signer.key_id_hex = HexOf(Octets(key_id));
  } else {
    signer.issuer = CommonName(issuer);
    signer.issuer_der = NameDer(issuer);
    signer.serial_hex = SerialHex(serial);
  }
  X509_ALGOR* digest = nullptr;
  CMS_SignerInfo_get0_algs(info, nullptr, nullptr, &digest, nullptr);
  const ASN1_OBJECT* algorithm = nullptr;
  if (digest != nullptr) X509_ALGOR_get0(&algorithm, nullptr, nullptr, digest);
  const char* const name = OBJ_nid2sn(algorithm == nullptr ? NID_undef : OBJ_obj2nid(algorithm));
  signer.digest = name == nullptr ? "" : name;
  std::transform(signer.digest.begin(), signer.digest.end(), signer.digest.begin(),
                 [](unsigned char letter) { return static_cast<char>(std::tolower(letter)); });
  return signer;
}

bool NamesCertificate(const Signer& signer, const Certificate& certificate) {
  if (!signer.key_id_hex.empty()) return signer.key_id_hex == certificate.key_id_hex;
  return !signer.serial_hex.empty() && signer.serial_hex == certificate.serial_hex &&
         signer.issuer_der == certificate.issuer_der;
}

bool IsSignedBy(const SplitModule& module, const Certificate& certificate) {
  const auto cms = ReadCms(module.pkcs7);
  auto read = ReadX509(certificate.der);
  if (!cms || !read || OnlySigner(cms.get()) == nullptr) return false;
  const auto content = ReadingBio(module.payload);
  auto* const certificates = sk_X509_new_null();
  bool good = false;
  if (content && certificates != nullptr && sk_X509_push(certificates, read.get()) > 0) {
    good = CMS_verify(cms.get(), certificates, nullptr, content.get(), nullptr,
                      CMS_BINARY | CMS_DETACHED | CMS_NOINTERN | CMS_NO_SIGNER_CERT_VERIFY) == 1;
  }
  sk_X509_free(certificates);
  ERR_clear_error();
  return good;
}

std::string JoinSignature(std::string_view payload, std::string_view pkcs7) {
  std::string joined(payload);
  joined += pkcs7;
  std::array<char, kStructBytes> info{};
  info[kIdTypeAt] = kPkcs7;
  const auto length = static_cast<std::uint32_t>(pkcs7.size());
  for (std::size_t at = 0; at < sizeof length; ++at) {
    info[kStructBytes - 1 - at] = static_cast<char>(length >> (8U * at) & 0xffU);
  }
  joined.append(info.data(), info.size());
  joined += kMark;
  return joined;
}

}  // namespace vfqual::secure_boot
