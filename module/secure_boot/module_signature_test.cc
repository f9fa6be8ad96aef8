#include "module/secure_boot/module_signature.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "module/secure_boot/sign_module.h"
#include "module/secure_boot/testing_keys.h"

#if defined(__has_feature)
#if __has_feature(address_sanitizer)
#include <sanitizer/lsan_interface.h>
#define VFQUAL_HAS_LEAK_SANITIZER 1
#endif
#endif

namespace vfqual::secure_boot {
namespace {

using testing::HasSubstr;

constexpr std::string_view kMark = "~Module signature appended~\n";

class ModuleSignatureTest : public testing::Test {
 protected:
  Result<SigningKey> Key() const { return MakeSigningKey(key_.key_pem, "key", key_.certificate_der, "certificate"); }
  std::string Signed() const { return SignModule(payload_, *Key(), "sha256").value_or(""); }

  TestKey key_ = MakeTestKey("Test key");
  TestKey other_ = MakeTestKey("Test key");
  std::string payload_ = std::string("\x7f") + "ELF" + std::string(5000, '\0');
};

TEST_F(ModuleSignatureTest, IsMadeReadAndVerified) {
  const auto bytes = Signed();
  const auto split = SplitSignature(bytes);
  ASSERT_TRUE(split);
  EXPECT_EQ(split->payload, payload_);
  const auto signer = ReadSigner(split->pkcs7);
  ASSERT_TRUE(signer) << signer.error().Message();
  EXPECT_EQ(signer->issuer, "Test key");
  EXPECT_EQ(signer->digest, "sha256");
  const auto certificate = ParseCertificate(key_.certificate_pem, "pem");
  ASSERT_TRUE(certificate);
  EXPECT_EQ(certificate->der, key_.certificate_der);
  EXPECT_EQ(certificate->subject, "CN=Test key");
  EXPECT_EQ(certificate->key_id_hex.size(), 40U);
  EXPECT_TRUE(NamesCertificate(*signer, *certificate));
  EXPECT_TRUE(IsSignedBy(*split, *certificate));
  const auto other = ParseCertificate(other_.certificate_der, "other");
  ASSERT_TRUE(other);
  EXPECT_FALSE(NamesCertificate(*signer, *other)) << "the same name is not the same certificate";
  EXPECT_FALSE(IsSignedBy(*split, *other));
}

TEST_F(ModuleSignatureTest, AChangedModuleDoesNotVerify) {
  auto bytes = Signed();
  bytes[100] ^= 1;
  const auto split = SplitSignature(bytes);
  ASSERT_TRUE(split);
  EXPECT_FALSE(IsSignedBy(*split, *ParseCertificate(key_.certificate_der, "der")));
}

TEST_F(ModuleSignatureTest, SigningAgainReplacesTheSignature) {
  const auto once = Signed();
  EXPECT_EQ(SignModule(once, *Key(), "sha256").value_or(""), once);
  const auto longer = SignModule(once, *Key(), "sha512");
  ASSERT_TRUE(longer);
  EXPECT_EQ(SplitSignature(*longer)->payload, payload_);
  EXPECT_EQ(ReadSigner(SplitSignature(*longer)->pkcs7)->digest, "sha512");
  EXPECT_EQ(SignModule(once, *Key(), "rot13").error().blame, Blame::kInput);
}

TEST_F(ModuleSignatureTest, AKeyThatDoesNotFitIsRefused) {
  const auto mixed = MakeSigningKey(key_.key_pem, "a.key", other_.certificate_der, "b.der");
  ASSERT_FALSE(mixed);
  EXPECT_EQ(mixed.error().blame, Blame::kInput);
  EXPECT_THAT(mixed.error().what, HasSubstr("b.der is not the certificate of the key a.key"));
  EXPECT_THAT(MakeSigningKey("rubbish", "a.key", key_.certificate_der, "b").error().what, HasSubstr("a.key"));
  EXPECT_THAT(MakeSigningKey(key_.key_pem, "a.key", key_.key_pem, "b.der").error().what, HasSubstr("b.der"));
  EXPECT_THAT(MakeSigningKey("", "a.key", "", "b.der").error().what, HasSubstr("a.key"));
}

TEST_F(ModuleSignatureTest, WithoutASignatureThereIsNone) {
  EXPECT_TRUE(SplitSignature(payload_)->pkcs7.empty());
  EXPECT_TRUE(SplitSignature("")->pkcs7.empty());
}

TEST_F(ModuleSignatureTest, ADamagedEndIsAnError) {
  const std::string mark(kMark);
  EXPECT_FALSE(SplitSignature(mark));
  EXPECT_FALSE(SplitSignature("\x01" + mark));
  std::string module;
  const auto trailer = [&](const std::string& info) {
    module = "payload" + info + mark;
    return SplitSignature(module);
  };
  EXPECT_FALSE(trailer(std::string("\0\0\2\0\0\0\0\0\0\0\0\0", 12))) << "a length of nothing";
  EXPECT_FALSE(trailer(std::string("\0\0\2\0\0\0\0\0\xff\xff\xff\xff", 12)));
  EXPECT_FALSE(trailer(std::string("\0\0\2\0\0\0\0\0\0\0\0\x08", 12))) << "one byte more than there is";
  EXPECT_FALSE(trailer(std::string("\0\0\1\0\0\0\0\0\0\0\0\x03", 12))) << "not PKCS#7";
  EXPECT_FALSE(trailer(std::string("\1\0\2\0\0\0\0\0\0\0\0\x03", 12)));
  const auto whole = trailer(std::string("\0\0\2\0\0\0\0\0\0\0\0\x07", 12));
  ASSERT_TRUE(whole);
  EXPECT_EQ(whole->pkcs7, "payload");
  EXPECT_FALSE(ReadSigner(whole->pkcs7));
}

// OpenSSL 3.0 loses five BIOs of its own (680 bytes) in CMS_verify where the message lists a digest that it does not
// know.
#ifdef VFQUAL_HAS_LEAK_SANITIZER
using LibcryptoMayLeak = __lsan::ScopedDisabler;
#else
struct LibcryptoMayLeak {
  LibcryptoMayLeak() {}
};
#endif

TEST_F(ModuleSignatureTest, NoPartOfAMessageIsTakenForOne) {
  const auto bytes = Signed();
  const std::string pkcs7(SplitSignature(bytes)->pkcs7);
  for (std::size_t size = 0; size < pkcs7.size(); ++size) {
    EXPECT_FALSE(ReadSigner(std::string_view(pkcs7).substr(0, size))) << size;
  }
  EXPECT_FALSE(ReadSigner(pkcs7 + "x")) << "something after it";
  const auto certificate = ParseCertificate(key_.certificate_der, "der");
  for (std::size_t at = 0; at < pkcs7.size(); ++at) {
    auto changed = pkcs7;
    changed[at] = static_cast<char>(~changed[at]);
    static_cast<void>(ReadSigner(changed));
    const LibcryptoMayLeak leaks;
    EXPECT_FALSE(IsSignedBy({payload_.substr(1), changed}, *certificate)) << at;
  }
}

TEST(Certificate, RubbishIsNone) {
  const auto key = MakeTestKey("x");
  const auto& der = key.certificate_der;
  for (std::size_t size = 0; size < der.size(); size += 7) EXPECT_FALSE(ParseCertificate(der.substr(0, size), "cut"));
  EXPECT_FALSE(ParseCertificate(der + "x", "longer"));
  EXPECT_EQ(ParseCertificate("-----BEGIN CERTIFICATE-----\nrubbish\n-----END CERTIFICATE-----\n", "f").error().blame,
            Blame::kInput);
  EXPECT_EQ(ParseCertificate(MakeTestKey("a\nb\x1b[31m").certificate_der, "f")->common_name, "a\\x0ab\\x1b[31m");
  EXPECT_EQ(ParseCertificate(MakeTestKey("x", false).certificate_der, "f")->key_id_hex, "");
}

}  // namespace
}  // namespace vfqual::secure_boot
