#include "harness/lab/lab_fault.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "harness/base/ssh_quote.h"
#include "harness/lab/qemu_argv.h"

namespace vfqual {
namespace {

using testing::HasSubstr;
using testing::Not;

LabSpec Spec() {
  LabSpec spec;
  spec.command_line = "root=/dev/vda intel_iommu=on panic=-1";
  return spec;
}

std::string Machine(const std::string& fault) {
  return QuoteAllForShell(QemuArgv(WithFault(Spec(), fault)));
}

TEST(LabFault, UnknownOnesAreRefusedWithAList) {
  for (const auto& fault : LabFaults()) EXPECT_TRUE(CheckFault(std::string(fault.name)));
  const auto unknown = CheckFault("fire");
  ASSERT_FALSE(unknown);
  EXPECT_EQ(unknown.error().blame, Blame::kInput);
  EXPECT_THAT(unknown.error().fix, HasSubstr("no-iommu, no-sriov"));
}

TEST(LabFault, ThePlatformLacksWhatTheFaultTakes) {
  EXPECT_THAT(Machine("no-iommu"), Not(HasSubstr("-device intel-iommu")));
  EXPECT_THAT(Machine("no-iommu"), HasSubstr("intel_iommu=off"));
  EXPECT_THAT(Machine("no-iommu"), Not(HasSubstr("intel_iommu=on")));
  EXPECT_THAT(Machine("no-sriov"), Not(HasSubstr("sriov")));
  EXPECT_EQ(Machine("no-libvirt"), Machine(""));
  EXPECT_THAT(QuoteAllForShell(*FaultArgv("no-libvirt", 1)), HasSubstr("mask --runtime --now libvirtd.service"));
  EXPECT_EQ(Machine(""), QuoteAllForShell(QemuArgv(Spec())));
  EXPECT_EQ(Machine("panic"), Machine(""));
}

TEST(LabFault, APanicOnceSparesTheSecondTry) {
  EXPECT_TRUE(FaultArgv("panic", 1));
  EXPECT_TRUE(FaultArgv("panic", 2));
  EXPECT_TRUE(FaultArgv("panic-once", 1));
  EXPECT_FALSE(FaultArgv("panic-once", 2));
  EXPECT_FALSE(FaultArgv("no-iommu", 1));
  EXPECT_FALSE(FaultArgv("", 1));
}

}  // namespace
}  // namespace vfqual
