#include "harness/guest/agent.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <libvirt/libvirt.h>
#include <libvirt/virterror.h>

#include <nlohmann/json.hpp>

#include "harness/guest/fake_agent.h"
#include "harness/guest/test_domain.h"

namespace vfqual {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::StartsWith;

Command Program(std::vector<std::string> argv, milliseconds timeout = seconds(60)) {
  Command command;
  command.argv = std::move(argv);
  command.timeout = timeout;
  return command;
}

class AgentTest : public FakeDaemonTest {
 protected:
  void SetUp() override { Guest().agent = fake_.Script(); }
  void TearDown() override { domain_.Release(); }

  Completed Ended(int exit_code, std::string out = "", std::string err = "") {
    Completed completed;
    completed.exit_code = exit_code;
    completed.out = std::move(out);
    completed.err = std::move(err);
    return completed;
  }

  FakeAgent fake_;
  Domain domain_ = Start();
  GuestAgent agent_{domain_};
};

TEST_F(AgentTest, RunsAProgram) {
  fake_.Answer("suite --list", Ended(3, "out\n", "err\n"), 3);
  Command command;
  command.argv = {"suite", "--list", "a b"};
  command.environment = {{"X", "1=2"}, {"LANG", "C"}};
  command.stdin_data = std::string("\0in", 3);
  std::string seen;
  command.on_output = [&](std::string_view piece) { seen += piece; };
  const auto completed = agent_.Exec(command);
  ASSERT_TRUE(completed) << completed.error().Message();
  EXPECT_EQ(completed->exit_code, 3);
  EXPECT_EQ(completed->out, "out\n");
  EXPECT_EQ(completed->err, "err\n");
  EXPECT_FALSE(completed->timed_out);
  EXPECT_EQ(seen, "out\nerr\n");
  const auto request = nlohmann::json::parse(fake_.Requests().front()).at("arguments");
  EXPECT_EQ(request.at("path"), "suite");
  EXPECT_EQ(request.at("arg"), nlohmann::json({"--list", "a b"}));
  EXPECT_EQ(request.at("input-data"), "AGlu");
  EXPECT_THAT(request.at("env").get<std::vector<std::string>>(),
              ElementsAre("HOME=/root", "LANG=C", StartsWith("PATH="), "X=1=2"));
}

TEST_F(AgentTest, ASignalIsTheShellsExitCode) {
  fake_.Answer("crash", Ended(128 + 11));
  EXPECT_EQ(agent_.Exec(Program({"crash"}))->exit_code, 139);
}

TEST_F(AgentTest, OutputIsBounded) {
  fake_.Answer("loud", Ended(0, std::string(100, 'x')));
  Command loud = Program({"loud"});
  loud.max_output_bytes = 10;
  const auto completed = agent_.Exec(loud);
  EXPECT_EQ(completed->out.size(), 10U);
  EXPECT_TRUE(completed->truncated);
}

TEST_F(AgentTest, AProgramThatIsNotThereIsAnErrorThatNamesIt) {
  const auto completed = agent_.Exec(Program({"nothing", "here"}));
  ASSERT_FALSE(completed);
  EXPECT_THAT(completed.error().Message(), HasSubstr("run 'nothing here' in the guest"));
  EXPECT_THAT(completed.error().Message(), HasSubstr("No such file or directory"));
}

TEST_F(AgentTest, AfterTheTimeoutTheProgramIsEnded) {
  fake_.Answer("sleep", Ended(0), 1'000'000);
  const auto completed = agent_.Exec(Program({"sleep", "99"}, milliseconds(200)));
  ASSERT_TRUE(completed) << completed.error().Message();
  EXPECT_TRUE(completed->timed_out);
  EXPECT_EQ(completed->stop, StopMethod::kTerminated);
  EXPECT_EQ(completed->exit_code, 128 + 15);
  EXPECT_THAT(fake_.Started(), ElementsAre("sleep 99", "/bin/kill -TERM 1000"));
  EXPECT_LT(completed->wall_seconds, 2);
}

TEST_F(AgentTest, AProgramThatIgnoresSigtermIsKilled) {
  fake_.Answer("sleep", Ended(0), 1'000'000);
  Guest().agent = [script = fake_.Script()](const std::string& json) -> LibvirtResult<std::string> {
    if (json.find("-TERM") != std::string::npos) return std::string(R"({"return":{"pid":1}})");
    return script(json);
  };
  Command stubborn = Program({"sleep"}, milliseconds(100));
  stubborn.stop_grace = milliseconds(100);
  const auto completed = agent_.Exec(stubborn);
  ASSERT_TRUE(completed) << completed.error().Message();
  EXPECT_TRUE(completed->timed_out);
  EXPECT_EQ(completed->stop, StopMethod::kKilled);
  EXPECT_EQ(completed->exit_code, 128 + 9);
}

TEST_F(AgentTest, CancellingEndsTheProgram) {
  fake_.Answer("sleep", Ended(0), 1'000'000);
  Command unwanted = Program({"sleep"});
  unwanted.cancelled = [] { return true; };
  const auto completed = agent_.Exec(unwanted);
  ASSERT_TRUE(completed) << completed.error().Message();
  EXPECT_TRUE(completed->cancelled);
  EXPECT_FALSE(completed->timed_out);
}

TEST_F(AgentTest, AnAgentThatIsSilentForAWhileIsForgiven) {
  fake_.Answer("work", Ended(0, "done"));
  Guest().agent = [this, script = fake_.Script()](const std::string& json) -> LibvirtResult<std::string> {
    if (Guest().agent_calls == 2) return tl::unexpected(FakeLibvirt::AgentNotConnected());
    return script(json);
  };
  EXPECT_EQ(agent_.Exec(Program({"work"}))->out, "done");
}

TEST_F(AgentTest, AnAgentThatStaysSilentIsAnErrorWithinTheTimeout) {
  fake_.Answer("work", Ended(0));
  Guest().agent = [this, script = fake_.Script()](const std::string& json) -> LibvirtResult<std::string> {
    if (Guest().agent_calls > 1) return tl::unexpected(FakeLibvirt::AgentNotConnected());
    return script(json);
  };
  const auto started = std::chrono::steady_clock::now();
  const auto completed = agent_.Exec(Program({"work"}, milliseconds(500)));
  EXPECT_LT(std::chrono::steady_clock::now() - started, seconds(3));
  ASSERT_FALSE(completed);
  EXPECT_THAT(completed.error().Message(),
              HasSubstr("vf1: run 'work' in the guest: libvirt: Guest agent is not responding"));
}

TEST_F(AgentTest, AGuestThatDiesMeanwhileIsToldAsThat) {
  fake_.Answer("work", Ended(0));
  Guest().agent = [this, script = fake_.Script()](const std::string& json) -> LibvirtResult<std::string> {
    if (Guest().agent_calls > 1) libvirt_->EndGuest(Guest(), VIR_DOMAIN_EVENT_STOPPED_CRASHED);
    return script(json);
  };
  const auto completed = agent_.Exec(Program({"work"}, seconds(60)));
  ASSERT_FALSE(completed);
  EXPECT_THAT(completed.error().Message(), HasSubstr("run 'work' in the guest: vf1: shutoff (the QEMU process died)"));
}

TEST_F(AgentTest, AGuestThatPanicsMeanwhileIsToldAsThat) {
  fake_.Answer("work", Ended(0), 100);
  Guest().agent = [this, script = fake_.Script()](const std::string& json) -> LibvirtResult<std::string> {
    if (Guest().agent_calls == 1) return script(json);
    Guest().state = {VIR_DOMAIN_CRASHED, VIR_DOMAIN_CRASHED_PANICKED};
    return tl::unexpected(FakeLibvirt::AgentNotConnected());
  };
  const auto completed = agent_.Exec(Program({"work"}, seconds(60)));
  ASSERT_FALSE(completed);
  EXPECT_THAT(completed.error().Message(), HasSubstr("crashed (panicked)"));
}

TEST_F(AgentTest, HostileAnswersAreErrors) {
  Guest().agent = [](const std::string&) { return LibvirtResult<std::string>(R"({"return":{"pid":"x"}})"); };
  EXPECT_THAT(agent_.Exec(Program({"work"})).error().Message(), HasSubstr("\"pid\" is no integer"));
}

TEST_F(AgentTest, WhatItCannotDoIsRefused) {
  EXPECT_FALSE(agent_.Exec({}));
  Command elsewhere = Program({"a"});
  elsewhere.working_directory = "/tmp";
  EXPECT_FALSE(agent_.Exec(elsewhere));
}

TEST_F(AgentTest, ReadsFilesInPieces) {
  std::string content(2'500'000, '\0');
  for (std::size_t i = 0; i < content.size(); ++i) content[i] = static_cast<char>(i * 7);
  fake_.SetFile("/run/results.json", content);
  EXPECT_EQ(agent_.ReadFile("/run/results.json").value(), content);
  EXPECT_THAT(fake_.Requests().back(), HasSubstr("guest-file-close"));
}

TEST_F(AgentTest, AFileThatIsTooLongIsAnErrorOrCut) {
  fake_.SetFile("/log", "0123456789");
  EXPECT_EQ(agent_.ReadFile("/log", {.max_bytes = 10}).value(), "0123456789");
  EXPECT_THAT(agent_.ReadFile("/log", {.max_bytes = 9}).error().Message(), HasSubstr("longer than 9 bytes"));
  EXPECT_EQ(agent_.ReadFile("/log", {.max_bytes = 9, .truncate = true}).value(), "012345678");
  EXPECT_THAT(fake_.Requests().back(), HasSubstr("guest-file-close"));
}

TEST_F(AgentTest, AFileThatNeverEndsEndsAtTheBoundOrTheTime) {
  const auto endless = [](const std::string& json) {
    return LibvirtResult<std::string>(json.find("open") != std::string::npos
                                          ? R"({"return":1})"
                                          : R"({"return":{"count":1,"buf-b64":"YQ==","eof":false}})");
  };
  Guest().agent = endless;
  EXPECT_FALSE(agent_.ReadFile("/dev/zero", {.max_bytes = 1000}));
  EXPECT_FALSE(agent_.ReadFile("/dev/zero", {.timeout = milliseconds(50)}));
  Guest().agent = [](const std::string& json) {
    return LibvirtResult<std::string>(json.find("open") != std::string::npos
                                          ? R"({"return":1})"
                                          : R"({"return":{"count":0,"buf-b64":"","eof":false}})");
  };
  EXPECT_EQ(agent_.ReadFile("/stuck").value(), "");
}

TEST_F(AgentTest, AMissingFileIsAnErrorThatNamesIt) {
  EXPECT_THAT(agent_.ReadFile("/none").error().Message(), HasSubstr("vf1: read /none in the guest"));
}

TEST_F(AgentTest, LooksForAFileInOneCall) {
  EXPECT_FALSE(agent_.HasFile("/tmp/ready"));
  EXPECT_EQ(fake_.Requests().size(), 1U);
  fake_.SetFile("/tmp/ready", "");
  EXPECT_TRUE(agent_.HasFile("/tmp/ready"));
  EXPECT_EQ(fake_.Requests().size(), 3U) << "it is closed again";
}

TEST_F(AgentTest, WritesAFile) {
  const std::string content("a\0\xff", 3);
  ASSERT_TRUE(agent_.WriteFile("/etc/x", content));
  EXPECT_EQ(fake_.Files().at("/etc/x"), content);
  const std::string long_content = std::string(20000, 'x') + std::string(20000, 'y');
  ASSERT_TRUE(agent_.WriteFile("/etc/x", long_content)) << "in pieces";
  EXPECT_EQ(fake_.Files().at("/etc/x"), long_content);
  EXPECT_FALSE(agent_.WriteFile("/etc/x", std::string((1U << 20U) + 1, 'x')));
}

// A busy guest carried out the call, but its answer came too late.
TEST_F(AgentTest, AnAnswerThatWasLostIsAskedForAgainWhereTheFileStood) {
  const auto lose_answers_to = [this](const std::string& name) {
    Guest().agent = [name, lost = 0, script = fake_.Script()](const std::string& json) mutable {
      auto reply = script(json);
      const bool lose = json.find(name) != std::string::npos && lost++ == 0;
      return lose ? LibvirtResult<std::string>(tl::unexpected(FakeLibvirt::AgentNotConnected())) : reply;
    };
  };
  std::string content(1'500'000, '\0');
  for (std::size_t i = 0; i < content.size(); ++i) content[i] = static_cast<char>(i * 7);
  fake_.SetFile("/run/results.json", content);
  for (const auto* name : {"guest-file-open", "guest-file-read"}) {
    lose_answers_to(name);
    const auto read = agent_.ReadFile("/run/results.json");
    EXPECT_TRUE(read && *read == content) << name;
  }
  const std::string written = std::string(20000, 'x') + std::string(20000, 'y');
  for (const auto* name : {"guest-file-open", "guest-file-write"}) {
    lose_answers_to(name);
    EXPECT_TRUE(agent_.WriteFile("/etc/x", written)) << name;
    EXPECT_EQ(fake_.Files().at("/etc/x"), written) << name;
  }
}

TEST_F(AgentTest, AnAgentThatStaysSilentIsAnErrorAtTheEndOfTheTime) {
  Guest().agent = [](const std::string&) { return tl::unexpected(FakeLibvirt::AgentNotConnected()); };
  const auto read = agent_.ReadFile("/x", {.timeout = milliseconds(120)});
  ASSERT_FALSE(read);
  EXPECT_THAT(read.error().Message(), HasSubstr("vf1: read /x in the guest: libvirt: Guest agent is not responding"));
}

TEST_F(AgentTest, AWriteThatClaimsTooMuchIsAnError) {
  Guest().agent = [](const std::string& json) {
    return LibvirtResult<std::string>(json.find("open") != std::string::npos ? R"({"return":1})"
                                                                             : R"({"return":{"count":99}})");
  };
  EXPECT_FALSE(agent_.WriteFile("/x", "abc"));
}

TEST_F(AgentTest, Pings) {
  EXPECT_TRUE(agent_.Ping(seconds(1)));
  Guest().agent = nullptr;
  EXPECT_THAT(agent_.Ping(seconds(1)).error().Message(), HasSubstr("vf1: ping the guest agent"));
}

}  // namespace
}  // namespace vfqual
