#include "harness/guest/domain_state.h"

#include <gtest/gtest.h>
#include <libvirt/libvirt.h>

namespace vfqual {
namespace {

TEST(DomainState, StatesStayApart) {
  EXPECT_EQ(FromLibvirt({VIR_DOMAIN_RUNNING, VIR_DOMAIN_RUNNING_BOOTED}).Describe(), "running (booted)");
  EXPECT_EQ(FromLibvirt({VIR_DOMAIN_PAUSED, VIR_DOMAIN_PAUSED_IOERROR}).Describe(), "paused (I/O error of a disk)");
  EXPECT_EQ(FromLibvirt({VIR_DOMAIN_CRASHED, VIR_DOMAIN_CRASHED_PANICKED}).Describe(), "crashed (panicked)");
  EXPECT_EQ(FromLibvirt({VIR_DOMAIN_SHUTOFF, VIR_DOMAIN_SHUTOFF_SHUTDOWN}).Describe(), "shutoff (shutdown)");
  EXPECT_EQ(FromLibvirt({VIR_DOMAIN_SHUTOFF, VIR_DOMAIN_SHUTOFF_CRASHED}).Describe(),
            "shutoff (the QEMU process died)");
  EXPECT_TRUE(FromLibvirt({VIR_DOMAIN_SHUTDOWN, 0}).Alive());
  EXPECT_FALSE(FromLibvirt({VIR_DOMAIN_PAUSED, 0}).Alive());
  EXPECT_FALSE(FromLibvirt({VIR_DOMAIN_NOSTATE, 0}).Alive());
  EXPECT_FALSE(FromLibvirt({99, 0}).Alive());
}

TEST(DomainState, WhatAnEventTellsOfADomainThatIsGone) {
  EXPECT_EQ(FromStoppedEvent(VIR_DOMAIN_EVENT_STOPPED_CRASHED).reason, kQemuDied);
  EXPECT_EQ(FromStoppedEvent(VIR_DOMAIN_EVENT_STOPPED_FAILED).reason, kQemuDied);  // after kill -9
  EXPECT_EQ(FromStoppedEvent(VIR_DOMAIN_EVENT_STOPPED_SHUTDOWN).reason, "shutdown");
  EXPECT_EQ(FromStoppedEvent(VIR_DOMAIN_EVENT_STOPPED_DESTROYED).reason, "destroyed");
  EXPECT_EQ(FromStoppedEvent(99).phase, GuestPhase::kShutOff);
}

TEST(DomainState, RebootsAreTold) {
  EXPECT_EQ((GuestState{GuestPhase::kRunning, "booted", 2}).Describe(), "running (booted), rebooted 2 times");
}

}  // namespace
}  // namespace vfqual
