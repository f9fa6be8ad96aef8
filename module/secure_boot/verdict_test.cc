#include "module/secure_boot/verdict.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "harness/base/fake_host.h"
#include "module/secure_boot/sign_module.h"
#include "module/secure_boot/testing_keys.h"

namespace vfqual::secure_boot {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;

constexpr const char* kVariables = "/sys/firmware/efi/efivars/";

// A Debian host with Secure Boot and shim, and DKMS' key.
class VerdictTest : public testing::Test {
 protected:
  VerdictTest() {
    host_.SetFile("/proc/sys/kernel/osrelease", "6.12\n");
    host_.SetFile("/etc/os-release", "ID=debian\n");
    host_.SetFile("/boot/config-6.12",
                  "CONFIG_MODULES=y\nCONFIG_MODULE_SIG=y\nCONFIG_LOCK_DOWN_IN_EFI_SECURE_BOOT=y\nCONFIG_INTEGRITY_"
                  "MACHINE_KEYRING=y\n");
    host_.SetFile("/var/lib/dkms/mok.key", key_.key_pem);
    host_.SetFile("/var/lib/dkms/mok.pub", key_.certificate_der);
    SecureBoot(true);
    Shim("MokListTrustedRT", std::string("\6\0\0\0\1", 5));
    Shim("MokListRT", std::string("\6\0\0\0", 4));
  }

  void SecureBoot(bool on) {
    host_.SetFile(std::string(kVariables) + "SecureBoot-8be4df61-93ca-11d2-aa0d-00e098032b8c",
                  std::string("\6\0\0\0", 4) + (on ? '\1' : '\0'));
  }
  void Shim(const std::string& name, const std::string& content) {
    host_.SetFile(kVariables + name + "-605dab50-e046-4300-abb6-3dd810dd8b23", content);
  }
  void Enrol(const std::string& list, const TestKey& key) {
    Shim(list, std::string("\6\0\0\0", 4) + X509List(key.certificate_der));
  }
  static std::string Signed(const TestKey& key) {
    const auto made = MakeSigningKey(key.key_pem, "k", key.certificate_der, "c");
    return SignModule(kModule, *made, "sha256").value_or("");
  }
  ModuleVerdict Of(const std::string& module, const std::string& release = "6.12") {
    return JudgeModule(ReadJudgedHost(host_), ReadKernelPolicy(host_, release), module);
  }

  static inline const std::string kModule = std::string("\x7f") + "ELF and the rest";
  FakeHost host_;
  TestKey key_ = MakeTestKey("DKMS module signing key");
};

TEST_F(VerdictTest, UnsignedIsRejectedBySecureBootAndTaintsWithout) {
  const auto on = Of(kModule);
  EXPECT_EQ(on.answer, Answer::kRejected);
  EXPECT_THAT(on.reason, HasSubstr("not signed; Secure Boot is on"));
  EXPECT_THAT(on.fix, HasSubstr("vfqual module sign; and mokutil --import /var/lib/dkms/mok.pub"));
  SecureBoot(false);
  EXPECT_EQ(Of(kModule).answer, Answer::kTaints);
  EXPECT_THAT(Of(kModule).fix, IsEmpty());
  host_.SetFile("/proc/cmdline", "quiet module.sig_enforce\n");
  EXPECT_EQ(Of(kModule).answer, Answer::kRejected);
}

TEST_F(VerdictTest, ADkmsKeyMustBeEnrolled) {
  const auto module = Signed(key_);
  const auto before = Of(module);
  EXPECT_EQ(before.answer, Answer::kRejected);
  EXPECT_THAT(before.reason, HasSubstr("signed by 'DKMS module signing key': that key is not enrolled"));
  EXPECT_THAT(before.fix, HasSubstr("mokutil --import /var/lib/dkms/mok.pub"));
  Enrol("MokNew", key_);
  EXPECT_EQ(Of(module).answer, Answer::kRejected);
  EXPECT_THAT(Of(module).reason, HasSubstr("waits for the next boot"));
  EXPECT_THAT(Of(module).fix, HasSubstr("choose 'Enroll MOK'"));
  Enrol("MokListRT", key_);
  const auto after = Of(module);
  EXPECT_EQ(after.answer, Answer::kLoads) << after.reason;
  EXPECT_THAT(after.reason, HasSubstr(".machine"));
  EXPECT_THAT(Of(kModule).fix, testing::StrEq("vfqual module sign"));
}

TEST_F(VerdictTest, AnotherKeyOfThatNameIsNotIt) {
  Enrol("MokListRT", MakeTestKey("DKMS module signing key"));
  EXPECT_EQ(Of(Signed(key_)).answer, Answer::kRejected);
}

TEST_F(VerdictTest, KeysOfThePlatformDependOnTheDistribution) {
  const auto module = Signed(key_);
  host_.SetFile(std::string(kVariables) + "db-d719b2cb-3d3a-4596-a3bc-dad00e67656f",
                std::string("\x27\0\0\0", 4) + X509List(key_.certificate_der));
  EXPECT_EQ(Of(module).answer, Answer::kLoads);
  host_.SetFile("/etc/os-release", "ID=arch\n");
  EXPECT_EQ(Of(module).answer, Answer::kRejected);
  host_.SetFile("/etc/os-release", "ID=plan9\n");
  EXPECT_EQ(Of(module).answer, Answer::kUnknown);
}

TEST_F(VerdictTest, AChangedOrDamagedModuleIsRejected) {
  Enrol("MokListRT", key_);
  auto module = Signed(key_);
  module[8] ^= 1;
  EXPECT_EQ(Of(module).answer, Answer::kRejected);
  EXPECT_THAT(Of(module).reason, HasSubstr("changed after it was signed"));
  SecureBoot(false);
  EXPECT_EQ(Of(module).answer, Answer::kRejected) << "the kernel trusts that key, and the signature is wrong";
  EXPECT_EQ(Of(kModule + "~Module signature appended~\n").answer, Answer::kRejected);
}

TEST_F(VerdictTest, AStrangersKeyMayBeTheKernelsOwn) {
  const auto module = Signed(MakeTestKey("Debian Secure Boot Signer"));
  EXPECT_EQ(Of(module).answer, Answer::kRejected);
  EXPECT_THAT(Of(module).reason, HasSubstr("'Debian Secure Boot Signer'"));
  EXPECT_EQ(Of(module, "7.3").answer, Answer::kUnknown) << "another kernel's keys are not to be seen";
  host_.SetFile("/proc/keys", "1 I 1 perm 1 0 0 asymmetri Debian Secure Boot Signer: aa11: X509.rsa 1 []\n");
  EXPECT_EQ(Of(module).answer, Answer::kLoads);
}

TEST_F(VerdictTest, WhatTheRunningKernelDoesCounts) {
  host_.SetFile("/sys/module/module/parameters/sig_enforce", "N\n");
  host_.SetFile("/sys/kernel/security/lockdown", "[none] integrity confidentiality\n");
  EXPECT_EQ(Of(kModule).answer, Answer::kTaints);
  host_.SetFile("/boot/config-7.3", "CONFIG_MODULES=y\nCONFIG_MODULE_SIG=y\n");
  EXPECT_EQ(Of(kModule, "7.3").answer, Answer::kTaints) << "not built to care for Secure Boot";
  host_.SetFile("/boot/config-7.3", "CONFIG_MODULES=y\nCONFIG_MODULE_SIG_FORCE=y\nCONFIG_MODULE_SIG=y\n");
  EXPECT_EQ(Of(kModule, "7.3").answer, Answer::kRejected);
  host_.SetFile("/boot/config-7.3", "CONFIG_MODULES=y\n");
  EXPECT_EQ(Of(kModule, "7.3").answer, Answer::kLoads) << "no signatures at all";
  EXPECT_EQ(Of(kModule, "8.0").answer, Answer::kRejected) << "nothing known: the careful answer";
}

TEST_F(VerdictTest, AFileThatIsNoModuleIsUnknown) {
  host_.SetFile("/m/a.ko", "rubbish");
  const auto judged = ReadJudgedHost(host_);
  const auto policy = ReadKernelPolicy(host_, "6.12");
  EXPECT_EQ(JudgeModuleFile(host_, judged, policy, "/m/a.ko").answer, Answer::kUnknown);
  EXPECT_EQ(JudgeModuleFile(host_, judged, policy, "/m/none.ko").answer, Answer::kUnknown);
}

}  // namespace
}  // namespace vfqual::secure_boot
