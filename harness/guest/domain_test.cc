#include "harness/guest/domain.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <libvirt/libvirt.h>
#include <libvirt/virterror.h>

#include <filesystem>
#include <fstream>

#include "harness/base/temporary_folder.h"
#include "harness/guest/fake_agent.h"
#include "harness/guest/test_domain.h"

namespace vfqual {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using testing::HasSubstr;

class DomainTest : public FakeDaemonTest {
 protected:
  FakeAgent agent_;
};

TEST_F(DomainTest, IsCreatedMarkedAndDestroyedWithTheObject) {
  {
    Domain domain = Start();
    EXPECT_EQ(domain.State()->Describe(), "running (booted)");
    EXPECT_THAT(Guest().xml, HasSubstr("urn:vfqual:guest:1"));
    EXPECT_EQ(domain.Uuid(), Guest().uuid);
    EXPECT_EQ(Guest().create_flags, 0U);
    Guest().state = {VIR_DOMAIN_CRASHED, VIR_DOMAIN_CRASHED_PANICKED};
  }
  EXPECT_FALSE(Guest().exists);
  EXPECT_EQ(Guest().destroys, 1);
}

TEST_F(DomainTest, EndsWithTheProcessWhenAsked) {
  auto domain = Domain::Create(Connect(), TestSpec(), {.end_with_process = true});
  EXPECT_EQ(Guest().create_flags, static_cast<unsigned>(VIR_DOMAIN_START_AUTODESTROY));
}

TEST_F(DomainTest, AMovedFromObjectEndsNothing) {
  Domain first = Start();
  {
    Domain second = std::move(first);
    second.Release();
  }
  EXPECT_TRUE(Guest().exists);
}

TEST_F(DomainTest, CreationErrorsAreToldAndABadSpecReachesNoDaemon) {
  libvirt_->FailCreate(LibvirtError{VIR_ERR_OPERATION_FAILED, VIR_FROM_QEMU, "domain 'vf1' already exists"});
  const auto domain = Domain::Create(Connect(), TestSpec());
  ASSERT_FALSE(domain);
  EXPECT_EQ(domain.error().Message(), "create guest vf1: libvirt: domain 'vf1' already exists");
  DomainSpec spec = TestSpec();
  spec.name = "";
  EXPECT_EQ(Domain::Create(Connect(), spec).error().blame, Blame::kInput);
  EXPECT_TRUE(libvirt_->Guests().empty());
}

TEST_F(DomainTest, TheAgentsFirstAnswerEndsTheWait) {
  Domain domain = Start();
  Guest().agent = [&, script = agent_.Script()](const std::string& json) -> LibvirtResult<std::string> {
    if (Guest().agent_calls < 3) return tl::unexpected(FakeLibvirt::AgentNotConnected());
    return script(json);
  };
  const auto took = domain.WaitForAgent({.timeout = seconds(5)});
  ASSERT_TRUE(took) << took.error().Message();
  EXPECT_GE(*took, milliseconds(400));  // two polls
  EXPECT_LT(*took, seconds(3));
  EXPECT_EQ(Guest().agent_calls, 3);
  EXPECT_LE(Guest().last_agent_timeout_s, 1);
}

TEST_F(DomainTest, AnAnswerThatIsNoneDoesNotEndTheWait) {
  Domain domain = Start();
  Guest().agent = [](const std::string&) { return LibvirtResult<std::string>("42"); };
  EXPECT_FALSE(domain.WaitForAgent({.timeout = milliseconds(300)}));
}

TEST_F(DomainTest, ASilentAgentIsAnErrorAfterTheTimeout) {
  Domain domain = Start();
  const auto took = domain.WaitForAgent({.timeout = seconds(1)});
  ASSERT_FALSE(took);
  EXPECT_THAT(took.error().Message(), HasSubstr("vf1: the guest agent did not answer within 1 s"));
}

TEST_F(DomainTest, WaitingEndsWhenTheGuestPanics) {
  Domain domain = Start();
  Guest().agent = [&](const std::string&) -> LibvirtResult<std::string> {
    Guest().state = {VIR_DOMAIN_CRASHED, VIR_DOMAIN_CRASHED_PANICKED};
    return tl::unexpected(FakeLibvirt::AgentNotConnected());
  };
  const auto took = domain.WaitForAgent({.timeout = seconds(60)});
  ASSERT_FALSE(took);
  EXPECT_THAT(took.error().Message(), HasSubstr("vf1: crashed (panicked)"));
}

// pvpanic stops the guest while its kernel still waits for the console's lock.
TEST_F(DomainTest, AGuestThatPanickedRunsOnUntilItHasToldWhy) {
  const auto folder = TemporaryFolder::Make("vfqual-domain-test");
  DomainSpec spec = TestSpec();
  spec.console_log = (folder->Path() / "console.log").string();
  Domain domain = Start(spec);
  std::ofstream(spec.console_log) << "clocksource: Long readout interval\n";
  Guest().state = {VIR_DOMAIN_CRASHED, VIR_DOMAIN_CRASHED_PANICKED};
  Guest().on_resume = [&spec] {
    std::ofstream(spec.console_log, std::ios::app) << "Kernel panic - not syncing: stack-protector\nCall Trace:\n";
  };
  const auto alive = domain.CheckAlive();
  ASSERT_FALSE(alive);
  EXPECT_THAT(alive.error().Message(), testing::AllOf(HasSubstr("vf1: crashed (panicked)"),
                                                      HasSubstr("Kernel panic - not syncing: stack-protector")));
  EXPECT_EQ(domain.State()->phase, GuestPhase::kCrashed) << "it runs, but is not alive again";
  EXPECT_FALSE(domain.CheckAlive());
  EXPECT_EQ(Guest().resumes, 1);
}

TEST_F(DomainTest, AGuestThatPanickedAndNeverTellsWhyIsNotWaitedForForEver) {
  const auto folder = TemporaryFolder::Make("vfqual-domain-test");
  DomainSpec spec = TestSpec();
  spec.console_log = (folder->Path() / "console.log").string();
  auto domain = Domain::Create(Connect(), spec, {.hear_panic_for = milliseconds(200)});
  ASSERT_TRUE(domain);
  Guest().state = {VIR_DOMAIN_CRASHED, VIR_DOMAIN_CRASHED_PANICKED};
  for (int look = 0; look < 2; ++look) {
    const auto alive = domain->CheckAlive();
    ASSERT_FALSE(alive);
    EXPECT_THAT(alive.error().Message(), HasSubstr("vf1: crashed (panicked)"));
  }
  EXPECT_EQ(Guest().resumes, 1);
}

TEST_F(DomainTest, WaitingEndsWhenQemuDies) {
  Domain domain = Start();
  Guest().agent = [&](const std::string&) -> LibvirtResult<std::string> {
    libvirt_->EndGuest(Guest(), VIR_DOMAIN_EVENT_STOPPED_CRASHED);
    return tl::unexpected(FakeLibvirt::NoDomain());
  };
  const auto took = domain.WaitForAgent({.timeout = seconds(60)});
  ASSERT_FALSE(took);
  EXPECT_THAT(took.error().Message(), HasSubstr("vf1: shutoff (the QEMU process died)"));
}

TEST_F(DomainTest, WaitingEndsWhenTheGuestReboots) {
  Domain domain = Start();
  const auto reboot = [&](const std::string&) -> LibvirtResult<std::string> {
    LibvirtEvent event;
    event.domain_uuid = Guest().uuid;
    event.is_reboot = true;
    libvirt_->Emit(event);
    return tl::unexpected(FakeLibvirt::AgentNotConnected());
  };
  Guest().agent = reboot;
  EXPECT_THAT(domain.WaitForAgent({.timeout = seconds(60)}).error().Message(), HasSubstr("rebooted 1 times"));
  Guest().agent = agent_.Script();
  EXPECT_TRUE(domain.WaitForAgent({.timeout = seconds(60), .allow_reboot = true}));
}

TEST_F(DomainTest, WaitingEndsWhenTheDaemonIsLost) {
  Domain domain = Start();
  Guest().agent = [&](const std::string&) -> LibvirtResult<std::string> {
    libvirt_->LoseConnections();
    return tl::unexpected(FakeLibvirt::ConnectionLost());
  };
  EXPECT_THAT(domain.WaitForAgent({.timeout = seconds(60)}).error().Message(),
              HasSubstr("the connection to libvirt's daemon was lost"));
}

TEST_F(DomainTest, WaitingCanBeCancelled) {
  Domain domain = Start();
  EXPECT_THAT(domain.WaitForAgent({.timeout = seconds(60), .cancelled = [] { return true; }}).error().Message(),
              HasSubstr("cancelled"));
}

TEST_F(DomainTest, APanicThatOnlyTheConsoleShowsIsSeenWithItsLastLines) {
  DomainSpec spec = TestSpec();
  spec.console_log = testing::TempDir() + "domain-panic.log";
  std::filesystem::remove(spec.console_log);
  Domain domain = Start(spec);
  std::ofstream(spec.console_log) << "[    1.0] VFS: Cannot open root device\r\n"
                                  << "[    1.1] Kernel panic - not syncing: VFS: Unable to mount root fs\r\n";
  const auto took = domain.WaitForAgent({.timeout = seconds(60)});
  ASSERT_FALSE(took);
  EXPECT_THAT(took.error().Message(), HasSubstr("Kernel panic - not syncing: VFS: Unable to mount root fs"));
  EXPECT_THAT(took.error().Message(), HasSubstr("Cannot open root device"));
  EXPECT_EQ(*domain.Stop(seconds(5)), GuestStop::kDestroyed);  // asking a dead kernel is no use
  EXPECT_EQ(Guest().acpi_shutdowns, 0);
  std::filesystem::remove(spec.console_log);
}

TEST_F(DomainTest, StopsByTheAgentOnceItHasAnswered) {
  Domain domain = Start();
  Guest().agent = [&, script = agent_.Script()](const std::string& json) -> LibvirtResult<std::string> {
    if (json.find("guest-shutdown") == std::string::npos) return script(json);
    libvirt_->EndGuest(Guest(), VIR_DOMAIN_EVENT_STOPPED_SHUTDOWN);
    return tl::unexpected(FakeLibvirt::AgentNotConnected());
  };
  ASSERT_TRUE(domain.WaitForAgent({}));
  EXPECT_EQ(*domain.Stop(seconds(5)), GuestStop::kAgent);
  EXPECT_EQ(Guest().destroys, 0);
  EXPECT_EQ(*domain.Stop(seconds(5)), GuestStop::kAlreadyOff);
}

TEST_F(DomainTest, StopsByAcpiWhenTheAgentRefusesOrNeverAnswered) {
  Domain domain = Start();
  EXPECT_EQ(*domain.Stop(seconds(5)), GuestStop::kAcpi);
  Domain second = Start();
  Guest().agent = agent_.Script();  // knows no guest-shutdown
  ASSERT_TRUE(second.WaitForAgent({}));
  EXPECT_EQ(*second.Stop(seconds(5)), GuestStop::kAcpi);
}

TEST_F(DomainTest, StopsByForceAfterTheGrace) {
  Domain domain = Start();
  Guest().obeys_acpi = false;
  EXPECT_EQ(*domain.Stop(milliseconds(300)), GuestStop::kDestroyed);
  EXPECT_EQ(Guest().acpi_shutdowns, 1);
}

TEST_F(DomainTest, StoppingAGuestThatIsOffSaysSo) {
  Domain domain = Start();
  libvirt_->EndGuest(Guest(), VIR_DOMAIN_EVENT_STOPPED_SHUTDOWN);
  EXPECT_EQ(*domain.Stop(seconds(5)), GuestStop::kAlreadyOff);
}

TEST_F(DomainTest, StopsOverAFreshConnectionWhenTheOldOneIsLost) {
  Domain domain = Start();
  libvirt_->LoseConnections();
  EXPECT_FALSE(domain.State());
  EXPECT_EQ(*domain.Stop(seconds(5)), GuestStop::kDestroyed);
  EXPECT_FALSE(Guest().exists);
}

TEST_F(DomainTest, AGuestThatCannotBeStoppedIsAnError) {
  Domain domain = Start();
  libvirt_->LoseConnections();
  libvirt_->FailOpen(LibvirtError{VIR_ERR_SYSTEM_ERROR, VIR_FROM_RPC, "Failed to connect socket"});
  EXPECT_FALSE(domain.Stop(seconds(5)));
  libvirt_->OpenAgain();
  EXPECT_EQ(*domain.Stop(seconds(5)), GuestStop::kDestroyed);  // it is tried again
}

}  // namespace
}  // namespace vfqual
