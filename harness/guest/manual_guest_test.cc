#include "harness/guest/manual_guest.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sstream>

#include "harness/base/fake_host.h"
#include "harness/guest/fake_agent.h"
#include "harness/guest/test_domain.h"

namespace vfqual {
namespace {

using std::chrono::seconds;
using testing::HasSubstr;

constexpr const char* kPf = "/sys/bus/pci/devices/0000:00:02.0";
constexpr const char* kVf = "/sys/bus/pci/devices/0000:00:02.1";

class ManualGuestTest : public FakeDaemonTest {
 protected:
  void SetUp() override {
    host_.SetFile("/img/base.qcow2", "");
    host_.SetFile("/img/vmlinuz", "");
    for (const auto& [name, value] :
         std::initializer_list<std::pair<const char*, const char*>>{{"vendor", "0x8086\n"},
                                                                    {"device", "0x5845\n"},
                                                                    {"sriov_totalvfs", "7\n"},
                                                                    {"sriov_numvfs", "1\n"},
                                                                    {"sriov_offset", "1\n"},
                                                                    {"sriov_stride", "1\n"},
                                                                    {"class", "0x030000\n"}}) {
      host_.SetFile(std::string(kPf) + "/" + name, value);
    }
    host_.SetLink(std::string(kVf) + "/physfn", "../0000:00:02.0");
    host_.Answer("install", Completed{});
    host_.Answer("qemu-img", Completed{});
    guest_.name = "vf1";
    guest_.disk = "/img/base.qcow2";
    guest_.vf = "0000:00:02.1";
  }

  FakeHost host_;
  ManualGuest guest_;
};

TEST_F(ManualGuestTest, ADryRunPrintsAndTouchesNothing) {
  const auto plan = PlanManualGuest(host_, guest_);
  ASSERT_TRUE(plan) << plan.error().Message();
  std::ostringstream out;
  ASSERT_TRUE(PrintManualPlan(*plan, out));
  EXPECT_THAT(out.str(), HasSubstr("qemu-img create -q -f qcow2 -F qcow2 -b /img/base.qcow2 "
                                   "/var/lib/vfqual/guests/vf1/root.qcow2"));
  EXPECT_THAT(out.str(), HasSubstr(R"(slot="0x02" function="0x1")"));
  EXPECT_TRUE(host_.Commands().empty());
  EXPECT_TRUE(host_.Writes().empty());
}

TEST_F(ManualGuestTest, ThePfIsRefused) {
  guest_.vf = "0000:00:02.0";
  const auto plan = PlanManualGuest(host_, guest_);
  ASSERT_FALSE(plan);
  EXPECT_EQ(plan.error().blame, Blame::kInput);
  EXPECT_THAT(plan.error().fix, HasSubstr("A PF is never passed to a guest"));
}

TEST_F(ManualGuestTest, WrongOptionsAreInputErrors) {
  const auto blame = [&](void (*spoil)(ManualGuest&)) {
    ManualGuest guest = guest_;
    spoil(guest);
    return PlanManualGuest(host_, guest).error().blame;
  };
  EXPECT_EQ(blame([](ManualGuest& g) { g.disk = "/none"; }), Blame::kInput);
  EXPECT_EQ(blame([](ManualGuest& g) { g.disk = "relative"; }), Blame::kInput);
  EXPECT_EQ(blame([](ManualGuest& g) { g.disk = ""; }), Blame::kInput);
  EXPECT_EQ(blame([](ManualGuest& g) { g.name = "a b"; }), Blame::kInput);
  EXPECT_EQ(blame([](ManualGuest& g) { g.cmdline = "quiet"; }), Blame::kInput);
  EXPECT_EQ(blame([](ManualGuest& g) { g.vf = "nonsense"; }), Blame::kInput);
  EXPECT_EQ(blame([](ManualGuest& g) { g.vf = "0000:00:02.5"; }), Blame::kInput);
}

TEST_F(ManualGuestTest, AStartedGuestGoesOnRunning) {
  FakeAgent agent;
  libvirt_->OnCreate([&](FakeGuest& guest) { guest.agent = agent.Script(); });
  const auto plan = PlanManualGuest(host_, guest_).value();
  const auto started = StartManualGuest(host_, Connect(), plan, seconds(5));
  ASSERT_TRUE(started) << started.error().Message();
  EXPECT_TRUE(Guest().exists);
  EXPECT_EQ(started->uuid, Guest().uuid);
  EXPECT_EQ(host_.Commands().back().front(), "qemu-img");
}

TEST_F(ManualGuestTest, AGuestThatDoesNotGetThereIsEnded) {
  libvirt_->OnCreate([](FakeGuest& guest) { guest.state = {8, 1}; });  // crashed, panicked
  const auto plan = PlanManualGuest(host_, guest_).value();
  EXPECT_FALSE(StartManualGuest(host_, Connect(), plan, seconds(5)));
  EXPECT_FALSE(Guest().exists);
}

TEST_F(ManualGuestTest, TheDiskOfARunningGuestIsNotReplaced) {
  libvirt_->Add("vf1", "u", "<domain/>");
  const auto plan = PlanManualGuest(host_, guest_).value();
  const auto started = StartManualGuest(host_, Connect(), plan, seconds(5));
  ASSERT_FALSE(started);
  EXPECT_EQ(started.error().blame, Blame::kInput);
  EXPECT_TRUE(host_.Commands().empty());
}

}  // namespace
}  // namespace vfqual
