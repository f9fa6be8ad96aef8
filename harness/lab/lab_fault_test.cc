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
  for (const auto& fault : LabFaults()) {
    EXPECT_EQ(ParseFaults(std::string(fault.name))->machine, fault.name);
  }
  for (const char* bad : {"fire", "vf1=fire", "guest-no-icd,fire", "=", "vf1=no-iommu", "no-iommu,no-sriov",
                          "vf1=guest-no-icd,vf1=guest-va-hang"}) {
    const auto refused = ParseFaults(bad);
    ASSERT_FALSE(refused) << bad;
    EXPECT_EQ(refused.error().blame, Blame::kInput) << bad;
  }
  EXPECT_THAT(ParseFaults("fire").error().fix, HasSubstr("no-iommu, no-sriov"));
  EXPECT_THAT(ParseFaults("fire").error().fix, HasSubstr("guest-no-icd"));
}

TEST(LabFault, GuestsGetTheirs) {
  Plan plan;
  for (const char* name : {"vf1", "vf2", "vf3"}) plan.guests.emplace_back().name = name;
  const auto faults = ParseFaults("vf2=guest-no-icd,guest-va-hang");
  ASSERT_TRUE(faults) << faults.error().Message();
  EXPECT_EQ(faults->machine, "");
  ASSERT_TRUE(GiveFaults(*faults, plan));
  EXPECT_EQ(plan.guests[0].lab_fault, "guest-va-hang");
  EXPECT_EQ(plan.guests[1].lab_fault, "guest-no-icd");
  EXPECT_EQ(plan.guests[2].lab_fault, "guest-va-hang");
  const auto nobody = GiveFaults(*ParseFaults("vf9=guest-no-icd"), plan);
  ASSERT_FALSE(nobody);
  EXPECT_EQ(nobody.error().blame, Blame::kInput);
  EXPECT_THAT(nobody.error().fix, HasSubstr("vf1, vf2, vf3"));
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
