// Against a real sshd, started here on 127.0.0.1 with keys of its own.
#include "harness/base/ssh_host.h"

#include <arpa/inet.h>
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <pwd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <fstream>
#include <optional>
#include <sstream>
#include <thread>

#include "harness/base/local_host.h"

namespace vfqual {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using testing::ElementsAre;
using testing::HasSubstr;

constexpr auto kSshd = "/usr/sbin/sshd";

int FreePort() {
  const UniqueFd socket_fd(socket(AF_INET, SOCK_STREAM, 0));
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t length = sizeof(address);
  auto* generic = reinterpret_cast<sockaddr*>(&address);
  if (bind(socket_fd.Get(), generic, length) != 0 || getsockname(socket_fd.Get(), generic, &length) != 0) return 0;
  return ntohs(address.sin_port);
}

std::string CurrentUser() {
  const passwd* entry = getpwuid(getuid());
  return entry != nullptr ? entry->pw_name : "root";
}

Command Shell(std::string script) {
  Command command;
  command.argv = {"sh", "-c", std::move(script)};
  command.timeout = seconds(20);
  return command;
}

class SshHostTest : public testing::Test {
 protected:
  void SetUp() override {
    if (access(kSshd, X_OK) != 0) GTEST_SKIP() << "no sshd: install openssh-server";
    ASSERT_TRUE(folder_);
    for (const char* name : {"host_key", "user_key"}) {
      Command keygen;
      keygen.argv = {"ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", Path(name)};
      const auto made = RunProcess(keygen);
      ASSERT_TRUE(made && made->Ok());
    }
    std::filesystem::copy_file(Path("user_key.pub"), Path("authorized_keys"));
    port_ = FreePort();
    std::ofstream(Path("sshd_config")) << fmt::format(
        "ListenAddress 127.0.0.1:{}\nHostKey {}\nAuthorizedKeysFile {}\nStrictModes no\nUsePAM no\nPidFile none\n"
        "PasswordAuthentication no\nMaxSessions 10\nSubsystem sftp internal-sftp\n",
        port_, Path("host_key"), Path("authorized_keys"));
    StartServer();
  }

  void StartServer() {
    std::error_code ignored;
    std::filesystem::create_directory("/run/sshd", ignored);  // where sshd as root parks its unprivileged part
    std::filesystem::remove(Path("sshd.log"), ignored);       // what an earlier server said there does not count
    auto server = BackgroundProcess::Start({kSshd, "-D", "-e", "-f", Path("sshd_config")}, Path("sshd.log"));
    ASSERT_TRUE(server);
    server_ = std::move(*server);
    const auto log = [this] {
      std::ostringstream text;
      text << std::ifstream(Path("sshd.log")).rdbuf();
      return text.str();
    };
    for (int attempt = 0; attempt < 800; ++attempt) {
      if (log().find("Server listening") != std::string::npos) return;
      std::this_thread::sleep_for(milliseconds(25));
    }
    FAIL() << "sshd did not start: " << log();
  }

  SshTarget Target() const {
    SshTarget target;
    target.user = CurrentUser();
    target.address = "127.0.0.1";
    target.port = port_;
    target.identity_file = Path("user_key");
    target.known_hosts_file = Path("known_hosts");
    target.accept_new_host_key = true;
    return target;
  }

  std::string Path(const std::string& name) const { return (folder_->Path() / name).string(); }

  Result<TemporaryFolder> folder_ = TemporaryFolder::Make("vfqual-ssh-test");
  std::optional<BackgroundProcess> server_;
  int port_ = 0;
};

TEST_F(SshHostTest, RunsWithArgumentsInputEnvironmentAndFolder) {
  SshHost host(Target());
  Command command = Shell("printf '%s|' \"$@\"; cat; printf '|%s|%s' \"$WORD\" \"$PWD\"; printf err >&2; exit 3");
  command.argv.insert(command.argv.end(), {"sh", "it's", "a b", "$HOME;`id`", ""});
  command.stdin_data = "in\0put";
  command.environment = {{"WORD", "x 'y'"}};
  command.working_directory = folder_->Path();
  const auto completed = host.Run(command);
  ASSERT_TRUE(completed) << completed.error().Message();
  EXPECT_EQ(completed->out, fmt::format("it's|a b|$HOME;`id`||in|x 'y'|{}", folder_->Path().string()));
  EXPECT_EQ(completed->err, "err");
  EXPECT_EQ(completed->exit_code, 3);
}

TEST_F(SshHostTest, PassesOutputOnAndBoundsIt) {
  SshHost host(Target());
  Command command = Shell("head -c 300000 /dev/zero");
  command.max_output_bytes = 1000;
  std::size_t seen = 0;
  command.on_output = [&seen](std::string_view piece) { seen += piece.size(); };
  const auto completed = host.Run(command);
  ASSERT_TRUE(completed) << completed.error().Message();
  EXPECT_EQ(seen, 300000U) << completed->Describe() << "\n" << completed->err;
  EXPECT_EQ(completed->out.size(), 1000U);
  EXPECT_TRUE(completed->truncated);
}

TEST_F(SshHostTest, TellsAProgramsEndFromALostConnection) {
  SshHost host(Target());
  const auto code = host.Run(Shell("exit 255"));
  ASSERT_TRUE(code) << code.error().Message();
  EXPECT_EQ(code->exit_code, 255);
  const auto by_signal = host.Run(Shell("kill -SEGV $$"));
  ASSERT_TRUE(by_signal);
  EXPECT_EQ(by_signal->exit_code, 128 + SIGSEGV);

  std::thread killer([this] {
    std::this_thread::sleep_for(milliseconds(400));
    Command end = Shell(fmt::format("pkill -KILL -P {}", server_->Pid()));  // the connection's own process
    static_cast<void>(RunProcess(end));
  });
  const auto lost = host.Run(Shell("sleep 20"));
  killer.join();
  ASSERT_FALSE(lost);
  EXPECT_THAT(lost.error().what, HasSubstr("lost"));
  // It connects anew.
  const auto again = host.Run(Shell("echo back"));
  ASSERT_TRUE(again) << again.error().Message();
  EXPECT_EQ(again->out, "back\n");
}

TEST_F(SshHostTest, TellsWhatCannotBeStarted) {
  SshHost host(Target());
  Command missing;
  missing.argv = {"no-such-program"};
  const auto result = host.Run(missing);
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().sys_errno, ENOENT);
  EXPECT_THAT(result.error().fix, HasSubstr("no-such-program"));
  missing.argv = {"/etc/passwd"};
  EXPECT_EQ(host.Run(missing).error().sys_errno, EACCES);
  missing.argv = {"true"};
  missing.working_directory = "/no/such/folder";
  EXPECT_EQ(host.Run(missing).error().sys_errno, ENOENT);
}

TEST_F(SshHostTest, ATimeOutEndsTheProgramThere) {
  SshHost host(Target());
  Command command = Shell(fmt::format("echo $$ > {0}; sleep 30; touch {0}.late", Path("pid")));
  command.timeout = milliseconds(700);
  command.stop_grace = milliseconds(300);
  const auto completed = host.Run(command);
  ASSERT_TRUE(completed) << completed.error().Message();
  EXPECT_TRUE(completed->timed_out);
  EXPECT_LT(completed->wall_seconds, 10);
  pid_t pid = 0;
  std::ifstream(Path("pid")) >> pid;
  ASSERT_GT(pid, 0);
  EXPECT_NE(kill(pid, 0), 0);
}

TEST_F(SshHostTest, ACancellationEndsTheProgramThere) {
  SshHost host(Target());
  Command command = Shell(fmt::format("(sleep 61 & echo $! > {0}; wait)", Path("pid")));
  const auto started = std::chrono::steady_clock::now();
  command.cancelled = [started] { return std::chrono::steady_clock::now() - started > milliseconds(900); };
  const auto completed = host.Run(command);
  ASSERT_TRUE(completed);
  EXPECT_TRUE(completed->cancelled);
  pid_t pid = 0;
  std::ifstream(Path("pid")) >> pid;
  ASSERT_GT(pid, 0);
  for (int attempt = 0; attempt < 100 && kill(pid, 0) == 0; ++attempt) std::this_thread::sleep_for(milliseconds(20));
  EXPECT_NE(kill(pid, 0), 0);
}

TEST_F(SshHostTest, FileOperationsAreThoseOfTheLocalHost) {
  SshHost remote(Target());
  LocalHost local;
  const std::string folder = Path("it's a folder");
  for (Host* host : {static_cast<Host*>(&remote), static_cast<Host*>(&local)}) {
    SCOPED_TRACE(host->Name());
    const std::string file = folder + "/deep/$file";
    ASSERT_TRUE(host->WriteFile(file, "one\n", 0640));
    struct stat info {};
    ASSERT_EQ(stat(file.c_str(), &info), 0);
    EXPECT_EQ(info.st_mode & 07777U, 0640U);
    EXPECT_EQ(host->ReadFile(file, 2).value(), "on");
    EXPECT_EQ(host->ReadTrimmed(file).value(), "one");
    ASSERT_TRUE(host->WriteAttribute(file, "TW"));
    EXPECT_EQ(host->Read(file).value(), "TWe\n");
    ASSERT_EQ(symlink("no/where", (folder + "/link").c_str()), 0);
    EXPECT_EQ(host->ReadLink(folder + "/link").value(), "no/where");
    EXPECT_TRUE(host->Exists(folder + "/link").value());
    EXPECT_FALSE(host->Exists(folder + "/none").value());
    EXPECT_FALSE(host->Exists(file + "/below").value());
    EXPECT_THAT(host->List(folder).value(), ElementsAre("deep", "link"));

    EXPECT_EQ(host->Read(folder + "/none").error().sys_errno, ENOENT);
    EXPECT_EQ(host->Read(folder).error().sys_errno, EISDIR);
    EXPECT_EQ(host->List(folder + "/none").error().sys_errno, ENOENT);
    EXPECT_EQ(host->List(file).error().sys_errno, ENOTDIR);
    EXPECT_EQ(host->ReadLink(file).error().sys_errno, EINVAL);
    EXPECT_EQ(host->WriteAttribute(folder + "/none", "x").error().sys_errno, ENOENT);
    EXPECT_EQ(host->WriteAttribute("/dev/full", "x").error().sys_errno, ENOSPC);
    EXPECT_EQ(host->Remove(folder).error().sys_errno, ENOTEMPTY);
    EXPECT_TRUE(host->Remove(folder + "/none"));
    EXPECT_TRUE(host->Remove(folder + "/link"));
    EXPECT_TRUE(host->Remove(file));
    EXPECT_TRUE(host->Remove(folder + "/deep"));
    EXPECT_TRUE(host->Remove(folder));
    EXPECT_FALSE(std::filesystem::exists(folder));
  }
}

TEST_F(SshHostTest, CopiesThereAndBack) {
  SshHost host(Target());
  LocalHost local;
  const std::string source = Path("source; id");
  ASSERT_TRUE(local.WriteFile(source + "/sub/tool", "#!/bin/sh\n", 0755));
  ASSERT_TRUE(local.WriteFile(Path("plan:1.json"), "{}", 0644));
  const std::string there = Path("there $x/y");
  const auto copied = host.CopyTo({source, Path("plan:1.json")}, there);
  ASSERT_TRUE(copied) << copied.error().Message();
  struct stat info {};
  ASSERT_EQ(stat((there + "/source; id/sub/tool").c_str(), &info), 0);
  EXPECT_NE(info.st_mode & S_IXUSR, 0U);

  ASSERT_EQ(symlink("/etc/passwd", (there + "/report.json").c_str()), 0);
  const auto fetched = host.CopyFrom(there, Path("back"), {});
  ASSERT_TRUE(fetched) << fetched.error().Message();
  EXPECT_THAT(*fetched, ElementsAre("./report.json: not a file or folder"));
  EXPECT_EQ(local.Read(Path("back/plan:1.json")).value(), "{}");
  EXPECT_EQ(local.Read(Path("back/source; id/sub/tool")).value(), "#!/bin/sh\n");
  EXPECT_FALSE(local.Exists(Path("back/report.json")).value());

  const auto too_much = host.CopyFrom(there, Path("bounded"), {.total_bytes = 5, .file_count = 100});
  EXPECT_FALSE(too_much);
  EXPECT_FALSE(host.CopyFrom(Path("none"), Path("nothing"), {}));
}

TEST_F(SshHostTest, RunsSeveralCommandsAtOnce) {
  SshHost host(Target());
  std::atomic<int> right{0};
  std::vector<std::thread> threads;
  for (int index = 0; index < 6; ++index) {
    threads.emplace_back([&host, &right, index] {
      const auto completed = host.Run(Shell(fmt::format("sleep 0.2; echo {}", index)));
      if (completed && completed->out == fmt::format("{}\n", index)) ++right;
    });
  }
  for (auto& thread : threads) thread.join();
  EXPECT_EQ(right, 6);
}

TEST_F(SshHostTest, RefusesAChangedHostKey) {
  ASSERT_TRUE(SshHost(Target()).Connect({}));
  server_->Stop(seconds(2));
  std::filesystem::remove(Path("host_key"));
  Command keygen;
  keygen.argv = {"ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", Path("host_key")};
  ASSERT_TRUE(RunProcess(keygen).value().Ok());
  StartServer();
  SshHost host(Target());
  const auto connected = host.Connect({});
  ASSERT_FALSE(connected);
  EXPECT_THAT(connected.error().what, HasSubstr("Host key verification failed"));
}

TEST_F(SshHostTest, SaysWhyItCannotConnect) {
  auto target = Target();
  server_->Stop(seconds(2));
  SshHost host(target);
  const auto connected = host.Connect({});
  ASSERT_FALSE(connected);
  EXPECT_THAT(connected.error().what, HasSubstr("refused"));
  EXPECT_THAT(connected.error().fix, HasSubstr("ssh -o Port="));
}

}  // namespace
}  // namespace vfqual
