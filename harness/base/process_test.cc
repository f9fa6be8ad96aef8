#include "harness/base/process.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <fstream>

namespace vfqual {
namespace {

using std::chrono::milliseconds;

Command Of(std::vector<std::string> argv) {
  Command command;
  command.argv = std::move(argv);
  command.timeout = milliseconds(5000);
  return command;
}

TEST(RunProcess, KeepsStreamsApartAndTellsTheExitCode) {
  const auto completed = RunProcess(Of({"sh", "-c", "echo out; echo err >&2; exit 3"}));
  ASSERT_TRUE(completed);
  EXPECT_EQ(completed->out, "out\n");
  EXPECT_EQ(completed->err, "err\n");
  EXPECT_EQ(completed->exit_code, 3);
  EXPECT_FALSE(completed->Ok());
  EXPECT_EQ(completed->Describe(), "exit 3: err");
}

TEST(RunProcess, ArgumentsReachTheProgramUninterpreted) {
  const auto completed = RunProcess(Of({"printf", "%s|", "$(reboot)", "a b", "';x"}));
  ASSERT_TRUE(completed);
  EXPECT_EQ(completed->out, "$(reboot)|a b|';x|");
}

TEST(RunProcess, FilesThatOurCallerLeftOpenGoNoFurther) {
  constexpr int kLeftOpen = 57;
  ASSERT_EQ(dup2(STDERR_FILENO, kLeftOpen), kLeftOpen);
  const auto completed = RunProcess(Of({"sh", "-c", "test ! -e /proc/self/fd/57"}));
  close(kLeftOpen);
  ASSERT_TRUE(completed);
  EXPECT_TRUE(completed->Ok());
}

TEST(RunProcess, AMissingProgramIsAnErrorWithAFix) {
  const auto completed = RunProcess(Of({"/nonexistent/program"}));
  ASSERT_FALSE(completed);
  EXPECT_EQ(completed.error().sys_errno, ENOENT);
  EXPECT_NE(completed.error().fix.find("/nonexistent/program"), std::string::npos);
}

TEST(RunProcess, FeedsMoreThanAPipeHolds) {
  Command command = Of({"wc", "-c"});
  command.stdin_data = std::string(1U << 20U, 'x');
  const auto completed = RunProcess(command);
  ASSERT_TRUE(completed);
  EXPECT_EQ(completed->out, "1048576\n");
}

TEST(RunProcess, AProgramThatDoesNotReadItsInputIsNoError) {
  Command command = Of({"true"});
  command.stdin_data = std::string(1U << 20U, 'x');
  const auto completed = RunProcess(command);
  ASSERT_TRUE(completed);
  EXPECT_TRUE(completed->Ok());
}

TEST(RunProcess, OutputIsBoundedButTheProgramRunsOn) {
  Command command = Of({"sh", "-c", "head -c 300000 /dev/zero; exit 4"});
  command.max_output_bytes = 1000;
  const auto completed = RunProcess(command);
  ASSERT_TRUE(completed);
  EXPECT_EQ(completed->out.size(), 1000U);
  EXPECT_TRUE(completed->truncated);
  EXPECT_EQ(completed->exit_code, 4);
}

TEST(RunProcess, ATimeOutStopsPolitelyFirst) {
  Command command = Of({"sh", "-c", "trap 'echo stopped; exit 0' TERM; sleep 30 & wait"});
  command.timeout = milliseconds(200);
  const auto completed = RunProcess(command);
  ASSERT_TRUE(completed);
  EXPECT_TRUE(completed->timed_out);
  EXPECT_EQ(completed->stop, StopMethod::kTerminated);
  EXPECT_EQ(completed->out, "stopped\n");
  EXPECT_LT(completed->wall_seconds, 5);
}

TEST(RunProcess, AStubbornGroupIsKilled) {
  Command command = Of({"sh", "-c", "trap '' TERM; sleep 30; sleep 30"});
  command.timeout = milliseconds(100);
  command.stop_grace = milliseconds(200);
  const auto completed = RunProcess(command);
  ASSERT_TRUE(completed);
  EXPECT_TRUE(completed->timed_out);
  EXPECT_EQ(completed->stop, StopMethod::kKilled);
  EXPECT_EQ(completed->exit_code, 128 + SIGKILL);
}

TEST(RunProcess, ADaemonThatKeepsThePipesDoesNotHoldTheCaller) {
  const auto completed = RunProcess(Of({"sh", "-c", "setsid sleep 20 & echo started"}));
  ASSERT_TRUE(completed);
  EXPECT_EQ(completed->out, "started\n");
  EXPECT_LT(completed->wall_seconds, 4);
}

TEST(RunProcess, CancellingEndsIt) {
  Command command = Of({"sleep", "30"});
  command.cancelled = [] { return true; };
  const auto completed = RunProcess(command);
  ASSERT_TRUE(completed);
  EXPECT_TRUE(completed->cancelled);
  EXPECT_FALSE(completed->Ok());
  EXPECT_LT(completed->wall_seconds, 3);
}

TEST(RunProcess, EnvironmentAndFolderAreSet) {
  Command command = Of({"sh", "-c", "echo $VFQUAL_TEST; pwd"});
  command.environment = {{"VFQUAL_TEST", "yes"}};
  command.working_directory = "/";
  const auto completed = RunProcess(command);
  ASSERT_TRUE(completed);
  EXPECT_EQ(completed->out, "yes\n/\n");
}

TEST(BackgroundProcess, IsEndedWithItsOwner) {
  pid_t pid = 0;
  {
    auto process = BackgroundProcess::Start({"sleep", "60"}, "/dev/null");
    ASSERT_TRUE(process);
    EXPECT_TRUE(process->Running());
    pid = process->Pid();
  }
  EXPECT_EQ(kill(pid, 0), -1);
  EXPECT_EQ(errno, ESRCH);
}

TEST(BackgroundProcess, TellsHowItEnded) {
  auto process = BackgroundProcess::Start({"sh", "-c", "exit 5"}, "/dev/null");
  ASSERT_TRUE(process);
  for (int tries = 0; process->Running() && tries < 500; ++tries) usleep(10000);
  EXPECT_EQ(process->ExitCode(), 5);
  EXPECT_EQ(process->Stop(milliseconds(10)), StopMethod::kExited);
}

}  // namespace
}  // namespace vfqual
