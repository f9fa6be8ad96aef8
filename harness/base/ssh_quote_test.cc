#include "harness/base/ssh_quote.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cerrno>

#include "harness/base/process.h"
#include "harness/base/ssh_target.h"

namespace vfqual {
namespace {

using testing::HasSubstr;

// What a real shell makes of the quoted word.
std::string ThroughShell(const std::string& word) {
  Command command;
  command.argv = {"sh", "-c", "printf %s " + QuoteForShell(word)};
  const auto completed = RunProcess(command);
  return completed ? completed->out : "not run";
}

TEST(QuoteForShell, GivesTheShellTheSameBytes) {
  for (const std::string word :
       {"",    "plain", "two words", "it's", "''",        "$HOME", "`id`", "$(id)", "a;b", "a\nb",  "\\",
        "\\'", "*",     "~",         "-n",   "a&b|c>d<e", "\"",    "=x",   "#no",   "!1",  "{a,b}", "\x01\x7f\xff"}) {
    EXPECT_EQ(ThroughShell(word), word);
  }
}

TEST(QuoteForShell, LeavesPlainWordsReadable) {
  EXPECT_EQ(QuoteForShell("/sys/bus/pci/devices/0000:00:02.0"), "/sys/bus/pci/devices/0000:00:02.0");
  EXPECT_EQ(QuoteAllForShell({"ls", "-l", "a b"}), "ls -l 'a b'");
}

TEST(RemoteCommandLine, AppliesFolderEnvironmentAndLimitThere) {
  Command command;
  command.argv = {"make", "all targets"};
  command.environment = {{"CC", "gcc 12"}};
  command.working_directory = "/usr/src";
  command.timeout = std::chrono::milliseconds(1500);
  command.stop_grace = std::chrono::seconds(2);
  const auto line = RemoteCommandLine(command, "7-1");
  ASSERT_TRUE(line);
  EXPECT_EQ(*line,
            "env --chdir=/usr/src VFQUAL_COMMAND=7-1 'CC=gcc 12' timeout --kill-after=2.000 1.500 make 'all targets'; "
            "exit $?");
}

TEST(RemoteCommandLine, RefusesWhatNoShellCanCarry) {
  Command command;
  EXPECT_EQ(RemoteCommandLine(command, "t").error().blame, Blame::kInput);
  command.argv = {std::string("a\0b", 3)};
  EXPECT_THAT(RemoteCommandLine(command, "t").error().what, HasSubstr("NUL"));
  command.argv = {"true"};
  command.environment = {{"A;id", "x"}};
  EXPECT_THAT(RemoteCommandLine(command, "t").error().what, HasSubstr("A;id"));
}

TEST(ErrnoFromToolMessage, ReadsTheEndOfTheLastLine) {
  EXPECT_EQ(ErrnoFromToolMessage("ls: cannot access '/x': No such file or directory\n"), ENOENT);
  EXPECT_EQ(ErrnoFromToolMessage("dd: error writing '/sys/x': Numerical result out of range\n"), ERANGE);
  EXPECT_EQ(ErrnoFromToolMessage("warning\nrm: cannot remove 'd': Directory not empty"), ENOTEMPTY);
  EXPECT_EQ(ErrnoFromToolMessage("cat: /a: No such file or directory: Permission denied\n"), EACCES);
  EXPECT_EQ(ErrnoFromToolMessage("something else\n"), 0);
  EXPECT_EQ(ErrnoFromToolMessage(""), 0);
}

TEST(ParseSshTarget, ReadsUserHostAndPort) {
  const auto full = ParseSshTarget("ssh://admin@10.0.0.5:2222");
  ASSERT_TRUE(full);
  EXPECT_EQ(full->user, "admin");
  EXPECT_EQ(full->address, "10.0.0.5");
  EXPECT_EQ(full->port, 2222);
  const auto bare = ParseSshTarget("ssh://box");
  ASSERT_TRUE(bare);
  EXPECT_EQ(SshUrl(*bare), "ssh://root@box:22");
  const auto ipv6 = ParseSshTarget("ssh://[fe80::1]:23/");
  ASSERT_TRUE(ipv6);
  EXPECT_EQ(ipv6->address, "fe80::1");
  EXPECT_EQ(SshUrl(*ipv6), "ssh://root@[fe80::1]:23");
}

TEST(ParseSshTarget, RefusesWhatIsNone) {
  for (const char* url : {"box", "http://box", "ssh://", "ssh://box:", "ssh://box:0", "ssh://box:65536", "ssh://box:2x",
                          "ssh://-oProxyCommand=id", "ssh://-x@box", "ssh://[::1", "ssh://[::1]x", "ssh://a b"}) {
    const auto target = ParseSshTarget(url);
    ASSERT_FALSE(target) << url;
    EXPECT_EQ(target.error().blame, Blame::kInput) << url;
    EXPECT_THAT(target.error().what, HasSubstr(url));
  }
}

TEST(LoginArgv, NamesKeyPortAndKnownHosts) {
  SshTarget target;
  target.address = "127.0.0.1";
  target.port = 4022;
  target.identity_file = "/k";
  target.known_hosts_file = "/known hosts";
  EXPECT_EQ(
      QuoteAllForShell(LoginArgv(target)),
      "ssh -o Port=4022 -o User=root -F none -o IdentitiesOnly=yes -o IdentityAgent=none -i /k "
      "-o 'UserKnownHostsFile=\"/known hosts\"' -o GlobalKnownHostsFile=none -o StrictHostKeyChecking=yes 127.0.0.1");
}

}  // namespace
}  // namespace vfqual
