#include "module/secure_boot/state.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "harness/base/fake_host.h"
#include "module/secure_boot/efi_variable.h"
#include "module/secure_boot/kernel_policy.h"
#include "module/secure_boot/machine_key.h"
#include "module/secure_boot/testing_keys.h"

namespace vfqual::secure_boot {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

constexpr const char* kSecureBoot = "/sys/firmware/efi/efivars/SecureBoot-8be4df61-93ca-11d2-aa0d-00e098032b8c";
constexpr const char* kDb = "/sys/firmware/efi/efivars/db-d719b2cb-3d3a-4596-a3bc-dad00e67656f";

TEST(SignatureLists, HoldCertificatesAndOthers) {
  const auto a = MakeTestKey("A");
  const auto b = MakeTestKey("B");
  std::string hashes("\x26\x16\xc4\xc1\x4c\x50\x92\x40\xac\xa9\x41\xf9\x36\x93\x43\x28", 16);
  hashes += std::string("\x7c\0\0\0\0\0\0\0\x30\0\0\0", 12) + std::string(96, 'h');
  const auto lists = ParseSignatureLists(X509List(a.certificate_der) + hashes + X509List(b.certificate_der), "db");
  ASSERT_TRUE(lists) << lists.error().Message();
  ASSERT_THAT(lists->certificates, SizeIs(2));
  EXPECT_EQ(lists->certificates[1].common_name, "B");
  EXPECT_EQ(lists->others, 2U);
  EXPECT_THAT(ParseSignatureLists("", "db")->certificates, IsEmpty());
}

TEST(SignatureLists, HostileLengthsAreErrors) {
  const auto good = X509List(MakeTestKey("A").certificate_der);
  for (std::size_t size = 1; size < good.size(); ++size) EXPECT_FALSE(ParseSignatureLists(good.substr(0, size), "db"));
  for (std::size_t at = 16; at < 28; ++at) {
    for (const char byte : {'\0', '\x01', '\x7f', '\xff'}) {
      auto changed = good;
      if (changed[at] == byte) continue;
      changed[at] = byte;
      EXPECT_FALSE(ParseSignatureLists(changed, "db")) << at << " " << static_cast<int>(byte);
    }
  }
  auto rubbish = good;
  for (std::size_t at = 60; at < rubbish.size(); ++at) rubbish[at] = 'x';
  const auto lists = ParseSignatureLists(rubbish, "db");
  ASSERT_TRUE(lists);
  EXPECT_EQ(lists->others, 1U);
}

TEST(EfiFlag, IsOneByteAfterTheAttributes) {
  EXPECT_EQ(EfiFlag(std::string("\6\0\0\0\1", 5)), true);
  EXPECT_EQ(EfiFlag(std::string("\6\0\0\0\0", 5)), false);
  for (const auto& bad : {std::string(), std::string("\6\0\0", 3), std::string("\6\0\0\0", 4),
                          std::string("\6\0\0\0\1\1", 6), std::string("\6\0\0\0\2", 5)}) {
    EXPECT_EQ(EfiFlag(bad), std::nullopt);
  }
}

TEST(ProcKeys, AreReadWithTheirIds) {
  const auto keys = ParseProcKeys(
      "0167da8b I------     1 perm 1f010000     0     0 asymmetri vfqual: lab key: d1f7ca: X509.rsa 47f1a95d []\n"
      "0f54ad12 I------     2 perm 1f0b0000     0     0 keyring   .builtin_trusted_keys: 1\n"
      "1 I 1 perm 1 0 0 asymmetri no id: X509.rsa\nrubbish\n asymmetri \n asymmetri : : \n");
  ASSERT_THAT(keys, SizeIs(1));
  EXPECT_EQ(keys[0].name, "vfqual: lab key");
  EXPECT_EQ(keys[0].id_hex, "d1f7ca");
}

TEST(State, IsReadFromAHost) {
  FakeHost host;
  EXPECT_THAT(ReadState(host).Describe(), HasSubstr("without UEFI"));
  host.SetFile("/sys/firmware/efi/fw_platform_size", "64\n");
  EXPECT_THAT(ReadState(host).Describe(), HasSubstr("efivarfs"));
  host.SetFile(kSecureBoot, std::string("\6\0\0\0\1", 5));
  host.SetFile(kDb, std::string("\x27\0\0\0", 4) + X509List(MakeTestKey("A").certificate_der));
  host.SetFile("/sys/kernel/security/lockdown", "none [integrity] confidentiality\n");
  host.SetFile("/sys/module/module/parameters/sig_enforce", "Y\n");
  auto state = ReadState(host);
  EXPECT_TRUE(state.IsOn());
  EXPECT_EQ(state.lockdown, "integrity");
  EXPECT_EQ(state.sig_enforce, true);
  EXPECT_THAT(state.db, SizeIs(1));
  EXPECT_FALSE(state.shim);
  EXPECT_THAT(state.unreadable, IsEmpty());
  // The table has no attributes, and more than the variable may hold.
  host.SetFile("/sys/firmware/efi/efivars/MokListRT-605dab50-e046-4300-abb6-3dd810dd8b23", std::string(4, '\0'));
  host.SetFile("/sys/firmware/efi/mok-variables/MokListRT", X509List(MakeTestKey("M").certificate_der));
  host.SetFile("/sys/firmware/efi/efivars/MokSBStateRT-605dab50-e046-4300-abb6-3dd810dd8b23",
               std::string("\6\0\0\0\1", 5));
  state = ReadState(host);
  EXPECT_TRUE(state.shim);
  EXPECT_THAT(state.mok, SizeIs(1));
  EXPECT_FALSE(state.IsOn()) << "validation is off in shim";
}

TEST(State, WhatMakesNoSenseIsTold) {
  FakeHost host;
  host.SetFile(kSecureBoot, "\6");
  host.SetFile(kDb, "rub");
  const auto state = ReadState(host);
  EXPECT_EQ(state.secure_boot, std::nullopt);
  EXPECT_THAT(state.unreadable, SizeIs(2));
}

TEST(KernelPolicy, IsReadFromTheConfiguration) {
  const auto debian = ParseKernelPolicy(
      "6.12",
      "CONFIG_MODULES=y\nCONFIG_MODULE_SIG=y\n# CONFIG_MODULE_SIG_FORCE is not set\nCONFIG_MODULE_SIG_HASH=\"sha512\"\n"
      "CONFIG_LOCK_DOWN_IN_EFI_SECURE_BOOT=y\nCONFIG_INTEGRITY_MACHINE_KEYRING=y\n",
      "NAME=x\nID=debian\n");
  EXPECT_TRUE(debian.checks_signatures);
  EXPECT_FALSE(debian.always_enforces);
  EXPECT_EQ(debian.enforces_by_secure_boot, true);
  EXPECT_EQ(debian.machine_keyring, true);
  EXPECT_EQ(debian.trusts_platform, true);
  EXPECT_EQ(debian.digest, "sha512");
  EXPECT_EQ(ParseKernelPolicy("6.8-pve", "", "ID=debian\n").trusts_platform, std::nullopt);
  EXPECT_EQ(ParseKernelPolicy("7.0-arch1-1", "CONFIG_MODULES=y\nCONFIG_MODULE_SIG=y\n", "ID=arch\n").trusts_platform,
            false);
  EXPECT_EQ(ParseKernelPolicy("x", "", "").enforces_by_secure_boot, std::nullopt);
  EXPECT_TRUE(ParseKernelPolicy("x", "CONFIG_CC_VERSION_TEXT=\"gcc\"\n", "").checks_signatures) << "cut short";
  EXPECT_FALSE(ParseKernelPolicy("x", "CONFIG_MODULES=y\n", "").checks_signatures);
  EXPECT_EQ(ParseKernelPolicy("x", "CONFIG_MODULES=y\nCONFIG_MODULE_SIG_HASH=\"a b;c\"\n", "").digest, "sha256");
}

TEST(MachineKey, IsWhatDkmsSays) {
  FakeHost host;
  EXPECT_EQ(FindMachineKey(host).key, "/var/lib/dkms/mok.key");
  host.SetFile("/var/lib/shim-signed/mok/MOK.der", "x");
  EXPECT_EQ(FindMachineKey(host).certificate, "/var/lib/shim-signed/mok/MOK.der");
  EXPECT_TRUE(FindMachineKey(host).certificate_exists);
  EXPECT_FALSE(FindMachineKey(host).key_exists);
  host.SetFile("/etc/dkms/framework.conf", "# mok_signing_key=/no\nmok_signing_key=\"/keys/a.key\"\n");
  host.SetFile("/etc/dkms/framework.conf.d/own.conf", "mok_certificate=/keys/a.der\nmok_signing_key=$(touch /x)\n");
  const auto found = FindMachineKey(host);
  EXPECT_EQ(found.key, "/keys/a.key");
  EXPECT_EQ(found.certificate, "/keys/a.der");
  EXPECT_THAT(host.Commands(), IsEmpty());
}

}  // namespace
}  // namespace vfqual::secure_boot
