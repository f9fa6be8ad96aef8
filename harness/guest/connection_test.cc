#include "harness/guest/connection.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <libvirt/virterror.h>

#include "harness/guest/fake_libvirt.h"

namespace vfqual {
namespace {

using testing::HasSubstr;

TEST(Connection, ADaemonThatDoesNotRunIsToldWithTheFix) {
  auto libvirt = std::make_shared<FakeLibvirt>();
  libvirt->FailOpen(
      LibvirtError{VIR_ERR_SYSTEM_ERROR, VIR_FROM_RPC,
                   "Failed to connect socket to '/var/run/libvirt/libvirt-sock': No such file or directory"});
  const auto connection = Connection::Open(libvirt, kSystemLibvirtUri);
  ASSERT_FALSE(connection);
  EXPECT_EQ(connection.error().blame, Blame::kHarness);
  EXPECT_THAT(connection.error().Message(), HasSubstr("connect to qemu:///system: libvirt: Failed to connect socket"));
  EXPECT_THAT(connection.error().fix, HasSubstr("systemctl start libvirtd"));
}

TEST(Connection, MissingRightsAreToldWithTheFix) {
  const Error error = ToError({VIR_ERR_AUTH_UNAVAILABLE, VIR_FROM_POLKIT, "authentication unavailable"}, "connect");
  EXPECT_THAT(error.fix, HasSubstr("root"));
}

TEST(Connection, ALostConnectionIsToldAsSuch) {
  const Error error = ToError(FakeLibvirt::ConnectionLost(), "ask for the state of vf1");
  EXPECT_THAT(error.Message(), HasSubstr("ask for the state of vf1: the connection to libvirt's daemon was lost"));
  EXPECT_THAT(error.fix, HasSubstr("journalctl"));
}

TEST(Connection, WhatAGuestSaysCannotWriteToTheTerminal) {
  const Error error =
      ToError({VIR_ERR_INTERNAL_ERROR, VIR_FROM_QEMU, "agent: \x1b[31m" + std::string(5000, 'x')}, "run");
  EXPECT_THAT(error.what, HasSubstr("\\x1b[31m"));
  EXPECT_LT(error.what.size(), 1100U);
}

TEST(Connection, AnAnswerThatIsTooLongIsNoLostConnection) {
  const LibvirtError error{VIR_ERR_RPC, VIR_FROM_RPC, "Unable to encode message payload"};
  EXPECT_FALSE(IsConnectionLost(error));
  EXPECT_THAT(ToError(error, "run x").Message(), HasSubstr("longer than libvirt carries"));
  EXPECT_THAT(ToError(error, "run x").fix, HasSubstr("file"));
}

TEST(Connection, KindsOfErrors) {
  EXPECT_TRUE(IsNoDomain(
      {VIR_ERR_OPERATION_INVALID, VIR_FROM_QEMU, "Requested operation is not valid: domain is not running"}));
  EXPECT_FALSE(IsNoDomain({VIR_ERR_OPERATION_INVALID, VIR_FROM_QEMU, "domain is paused"}));
  EXPECT_TRUE(IsAgentRefusal({VIR_ERR_INTERNAL_ERROR, VIR_FROM_QEMU,
                              "internal error: unable to execute QEMU agent command 'guest-shutdown': no"}));
  EXPECT_TRUE(IsAgentSilent(FakeLibvirt::AgentNotConnected()));
  EXPECT_TRUE(IsAgentSilent({112, VIR_FROM_QEMU, "timed out"}));
  EXPECT_FALSE(IsAgentSilent(FakeLibvirt::NoDomain()));
  EXPECT_TRUE(IsConnectionLost({VIR_ERR_RPC, VIR_FROM_REMOTE, "gone"}));
  EXPECT_FALSE(IsConnectionLost(FakeLibvirt::AgentNotConnected()));
}

TEST(Connection, EventsReachTheRecordOfTheirDomainOnly) {
  auto libvirt = std::make_shared<FakeLibvirt>();
  const auto connection = Connection::Open(libvirt, "fake:///").value();
  const auto one = connection->Watch("uuid-1").value();
  const auto two = connection->Watch("uuid-2").value();
  EXPECT_EQ(connection->Watch("uuid-1").value(), one);
  LibvirtEvent reboot;
  reboot.domain_uuid = "uuid-1";
  reboot.is_reboot = true;
  libvirt->Emit(reboot);
  libvirt->Emit(reboot);
  EXPECT_EQ(one->Reboots(), 2);
  EXPECT_EQ(two->Reboots(), 0);
  EXPECT_FALSE(one->Stopped());
}

}  // namespace
}  // namespace vfqual
