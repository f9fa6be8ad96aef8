// Hosts are as they were, on a real kernel: after a run that was killed with SIGKILL in its middle and `vfqual
// recover`, and after a run on a host that had a driver and VFs of its own.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <csignal>
#include <sstream>

#include "harness/base/local_host.h"
#include "harness/base/temporary_folder.h"
#include "harness/labtests/lab_command.h"

namespace vfqual {
namespace {

using testing::HasSubstr;

// The rest of the line that starts with `head`, "" where there is none.
std::string LineAfter(const std::string& text, const std::string& head) {
  const auto start = text.find(head);
  if (start == std::string::npos) return {};
  const auto from = start + head.size();
  return text.substr(from, text.find('\n', from) - from);
}

TEST(Recovery, AfterAKilledRunAndOneBesideAnotherDriverTheHostIsAsItWas) {
  const auto folder = TemporaryFolder::Make("vfqual-labtest");
  // The stage fails, for there is no driver yet; what counts is the machine that stays.
  const auto kept = RunLab({"--keep", "--stages", "pf", "--out", (folder->Path() / "run").string()});
  const std::string login = LineAfter(kept.out, "log in  ");
  const std::string end = LineAfter(kept.out, "end it  kill ");
  ASSERT_FALSE(login.empty());
  ASSERT_FALSE(end.empty());

  Command command;
  command.argv = {"sh", "-c", login + " sh -s"};
  LocalHost local;
  command.stdin_data = local.Read(VFQUAL_SOURCE_DIR "/harness/labtests/kill_and_recover.sh").value() +
                       local.Read(VFQUAL_SOURCE_DIR "/harness/labtests/driver_before.sh").value();
  command.timeout = std::chrono::minutes(8);
  const auto recovered = RunProcess(command);
  kill(static_cast<pid_t>(std::stoi(end)), SIGTERM);
  ASSERT_TRUE(recovered);
  SCOPED_TRACE(recovered->out + recovered->err);
  ASSERT_EQ(recovered->exit_code, 0);

  const std::string before = LineAfter(recovered->out, "before ");
  const std::string killed = LineAfter(recovered->out, "killed ");
  EXPECT_THAT(before, HasSubstr("vfs=0 autoprobe=1 module=no dkms=no sources=no journal=no disks=0"));
  EXPECT_THAT(killed, HasSubstr("vfs=2 autoprobe=0 module=yes dkms=yes sources=yes"));
  EXPECT_THAT(killed, HasSubstr("journal=yes"));
  EXPECT_EQ(LineAfter(recovered->out, "after "), before);
  EXPECT_THAT(recovered->out, HasSubstr("nothing to put back"));

  const std::string own = LineAfter(recovered->out, "own driver ");
  EXPECT_THAT(own, HasSubstr("srcversion=0LD"));
  EXPECT_THAT(own, HasSubstr("max_vfs=5 vfs=3 autoprobe=1 dkms=no vf1=i915 vf2=vfio-pci vf3=none"));
  EXPECT_EQ(LineAfter(recovered->out, "put back "), own);
}

}  // namespace
}  // namespace vfqual
