#include "harness/loadvm/secure_boot_verdict.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "module/secure_boot/sign_module.h"
#include "module/secure_boot/testing_keys.h"

namespace vfqual {
namespace {

using reports::Verdict;
using testing::HasSubstr;

class SecureBootVerdictTest : public testing::Test {
 protected:
  SecureBootVerdictTest() {
    expected_.certificate = *secure_boot::ParseCertificate(key_.certificate_der, "c");
    expected_.policy = secure_boot::ParseKernelPolicy("6.12", "CONFIG_MODULES=y\nCONFIG_MODULE_SIG=y\n", "ID=debian\n");
    expected_.modules["i915"] = kModule;
    report_.kernel = "6.12";
    report_.files["/sys/firmware/efi/efivars/SecureBoot-8be4df61-93ca-11d2-aa0d-00e098032b8c"] =
        std::string("\6\0\0\0\1", 5);
    report_.files["/sys/firmware/efi/efivars/db-d719b2cb-3d3a-4596-a3bc-dad00e67656f"] =
        std::string("\x27\0\0\0", 4) + secure_boot::X509List(key_.certificate_der);
    report_.files["/sys/module/module/parameters/sig_enforce"] = "Y\n";
    report_.files["/sys/kernel/security/lockdown"] = "none [integrity] confidentiality\n";
    Did(false);
  }

  void Sign() {
    const auto key = secure_boot::MakeSigningKey(key_.key_pem, "k", key_.certificate_der, "c");
    expected_.modules["i915"] = secure_boot::SignModule(kModule, *key, "sha256").value_or("");
  }
  void Did(bool load, const std::string& taint = "O") {
    auto& module = report_.modules["i915"];
    module.load = ModprobeRun{load ? 0 : 1, 0, false, 0.1, load ? "" : "Key was rejected by service\n"};
    module.loaded.reset();
    if (load) module.loaded = LoadedState{"live", "", "", taint, {}};
  }
  LoadCheck Check(const std::string& path) {
    for (const auto& check : JudgeSecureBoot(report_, expected_)) {
      if (check.path == path) return check;
    }
    return {"none", Verdict::kSkip, 0, "no such check"};
  }
  Verdict Foretold() { return Check("load.i915.secure_boot_verdict").verdict; }

  static inline const std::string kModule = std::string("\x7f") + "ELF and the rest";
  secure_boot::TestKey key_ = secure_boot::MakeTestKey("lab");
  SecureBootExpectation expected_;
  LoadReport report_;
};

TEST_F(SecureBootVerdictTest, WhatHappensIsWhatWasForetold) {
  EXPECT_EQ(Check("secure_boot.enforced").verdict, Verdict::kPass);
  EXPECT_EQ(Foretold(), Verdict::kPass);
  Did(true);
  EXPECT_EQ(Foretold(), Verdict::kError) << "an unsigned module was loaded";
  Sign();
  EXPECT_EQ(Foretold(), Verdict::kPass);
  Did(true, "OE");
  EXPECT_EQ(Foretold(), Verdict::kError);
  Did(false);
  EXPECT_EQ(Foretold(), Verdict::kError) << "a signed one was refused";
  EXPECT_THAT(Check("load.i915.secure_boot_verdict").reason, HasSubstr("foretold: loads: signed by 'lab'"));
}

TEST_F(SecureBootVerdictTest, AMachineThatDoesNotEnforceShowsNothing) {
  report_.files["/sys/firmware/efi/efivars/SecureBoot-8be4df61-93ca-11d2-aa0d-00e098032b8c"].back() = '\0';
  EXPECT_EQ(Check("secure_boot.enforced").verdict, Verdict::kMiss);
  report_.files.clear();
  EXPECT_EQ(Check("secure_boot.enforced").verdict, Verdict::kMiss);
  EXPECT_THAT(Check("secure_boot.enforced").reason, HasSubstr("without UEFI"));
}

TEST_F(SecureBootVerdictTest, AFailureOfAnotherKindShowsNothing) {
  report_.modules["i915"].load->output = "could not insert 'i915': Unknown symbol in module\n";
  EXPECT_EQ(Foretold(), Verdict::kMiss) << "foretold: rejected";
  Sign();
  EXPECT_EQ(Foretold(), Verdict::kMiss) << "foretold: loads";
  report_.modules["i915"].load->output = "could not insert 'i915': Required key not available\n";
  EXPECT_EQ(Foretold(), Verdict::kError);
}

TEST_F(SecureBootVerdictTest, AModuleThatWasNotTriedIsNotJudged) {
  report_.modules.clear();
  EXPECT_EQ(Check("load.i915.secure_boot_verdict").path, "none");
}

}  // namespace
}  // namespace vfqual
