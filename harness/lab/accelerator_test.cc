#include "harness/lab/accelerator.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>

#include "harness/base/fake_host.h"
#include "harness/base/local_host.h"
#include "harness/base/temporary_folder.h"
#include "harness/lab/kvm_probe.h"

namespace vfqual {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using testing::HasSubstr;

bool Never() {
  return false;
}

class KvmProbeTest : public testing::Test {
 protected:
  std::filesystem::path Console() const { return folder_->Path() / "console"; }
  // A machine played by a shell script; $1 is its console.
  Result<KvmTrouble> Probe(const std::string& script, milliseconds limit) const {
    return ProbeUntilFirstLine({"sh", "-c", script, "sh", Console().string()}, Console(), limit, Never);
  }

  Result<TemporaryFolder> folder_ = TemporaryFolder::Make("vfqual-probe-test");
};

TEST_F(KvmProbeTest, AKernelsFirstLineIsSuccess) {
  const auto trouble =
      Probe("echo SeaBIOS >$1; sleep 0.2; echo '[ 0.0] Linux version 6.12' >>$1; sleep 30", seconds(10));
  ASSERT_TRUE(trouble);
  EXPECT_EQ(*trouble, std::nullopt);
}

TEST_F(KvmProbeTest, FirmwareAloneIsNot) {
  const auto trouble = Probe("echo SeaBIOS >$1; sleep 30", milliseconds(400));
  ASSERT_TRUE(trouble);
  EXPECT_EQ(*trouble, "the kernel prints nothing under KVM");
}

TEST_F(KvmProbeTest, AnAbortIsToldInItsOwnWords) {
  const auto trouble = Probe("echo 'error: failed to set MSR 0x48 to 0x0' >&2; exit 134", seconds(10));
  ASSERT_TRUE(trouble);
  EXPECT_EQ(*trouble, "error: failed to set MSR 0x48 to 0x0");
}

TEST_F(KvmProbeTest, AnswersAreRememberedForThisBootQemuAndKernel) {
  LocalHost local;
  const ProbeKey key{"boot-1", "QEMU emulator version 7.2.22", "6.12.107+deb13-amd64"};
  EXPECT_FALSE(RecallProbe(folder_->Path(), key));
  ASSERT_TRUE(RememberProbe(local, folder_->Path(), key, std::nullopt));
  ASSERT_TRUE(RecallProbe(folder_->Path(), key));
  EXPECT_EQ(*RecallProbe(folder_->Path(), key), std::nullopt);
  ASSERT_TRUE(RememberProbe(local, folder_->Path(), key, "no"));
  EXPECT_EQ(*RecallProbe(folder_->Path(), key), "no");
  for (const auto& other : {ProbeKey{"boot-2", key.qemu_version, key.kernel_release},
                            ProbeKey{key.boot_id, "QEMU emulator version 10.0", key.kernel_release},
                            ProbeKey{key.boot_id, key.qemu_version, "6.1.0-42-amd64"}}) {
    EXPECT_FALSE(RecallProbe(folder_->Path(), other));
  }
  std::ofstream(folder_->Path() / "kvm-6.12.107+deb13-amd64.json") << "{\"schema\": 3";
  EXPECT_FALSE(RecallProbe(folder_->Path(), key));
}

class ChooseAcceleratorTest : public KvmProbeTest {
 protected:
  ChooseAcceleratorTest() {
    host_.SetFile("/proc/sys/kernel/random/boot_id", "boot-1\n");
    Completed version;
    version.out = "QEMU emulator version 7.2.22\nCopyright\n";
    host_.Answer("qemu-system-x86_64 --version", version);
    host_.SetFile("/dev/kvm", "");
    options_.kernel_release = "6.12";
    options_.cache = folder_->Path();
  }
  // As if a probe had been made before.
  void Remember(const KvmTrouble& trouble) const {
    LocalHost local;
    ASSERT_TRUE(RememberProbe(local, folder_->Path(), {"boot-1", "QEMU emulator version 7.2.22", "6.12"}, trouble));
  }

  FakeHost host_;
  AcceleratorOptions options_;
};

TEST_F(ChooseAcceleratorTest, WhatIsAskedForIsNotProbed) {
  options_.forced = Accelerator::kTcg;
  EXPECT_EQ(ChooseAccelerator(host_, options_)->accelerator, Accelerator::kTcg);
  options_.forced = Accelerator::kKvm;
  const auto kvm = ChooseAccelerator(host_, options_);
  ASSERT_TRUE(kvm);
  EXPECT_EQ(kvm->accelerator, Accelerator::kKvm);
  EXPECT_FALSE(kvm->nested_kvm);
}

TEST_F(ChooseAcceleratorTest, KvmThatWorksIsTakenWithTheNestingThatThereIs) {
  Remember(std::nullopt);
  host_.SetFile("/sys/module/kvm_intel/parameters/nested", "Y\n");
  auto choice = ChooseAccelerator(host_, options_);
  ASSERT_TRUE(choice);
  EXPECT_EQ(choice->accelerator, Accelerator::kKvm);
  EXPECT_TRUE(choice->nested_kvm);
  host_.SetFile("/sys/module/kvm_intel/parameters/nested", "N\n");
  EXPECT_FALSE(ChooseAccelerator(host_, options_)->nested_kvm);
}

TEST_F(ChooseAcceleratorTest, KvmThatDoesNotWorkIsLeftWithItsReason) {
  Remember("the kernel prints nothing under KVM");
  const auto choice = ChooseAccelerator(host_, options_);
  ASSERT_TRUE(choice);
  EXPECT_EQ(choice->accelerator, Accelerator::kTcg);
  EXPECT_TRUE(choice->nested_kvm);
  EXPECT_EQ(choice->reason, "the kernel prints nothing under KVM");
}

TEST_F(ChooseAcceleratorTest, WithoutADeviceThereIsNoKvm) {
  FakeHost bare;
  const auto choice = ChooseAccelerator(bare, options_);
  ASSERT_TRUE(choice) << choice.error().Message();
  EXPECT_EQ(choice->reason, "no /dev/kvm");
}

TEST(ParseAccelerator, KnowsThreeWords) {
  EXPECT_EQ(ParseAccelerator("auto").value(), std::nullopt);
  EXPECT_EQ(ParseAccelerator("kvm").value(), Accelerator::kKvm);
  EXPECT_EQ(ParseAccelerator("tcg").value(), Accelerator::kTcg);
  EXPECT_EQ(ParseAccelerator("hvf").error().blame, Blame::kInput);
}

}  // namespace
}  // namespace vfqual
