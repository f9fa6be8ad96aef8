#include "harness/guest/agent_reply.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace vfqual {
namespace {

using testing::HasSubstr;

TEST(AgentReply, ExecStatus) {
  EXPECT_FALSE(ParseExecStatus(R"({"return":{"exited":false}})")->exited);
  const auto ended = ParseExecStatus(
      R"({"return":{"exited":true,"exitcode":3,"out-data":"aGk=","err-data":"bm8=","err-truncated":true}})");
  ASSERT_TRUE(ended) << ended.error().Message();
  EXPECT_EQ(ended->exit_code, 3);
  EXPECT_EQ(ended->out, "hi");
  EXPECT_EQ(ended->err, "no");
  EXPECT_TRUE(ended->truncated);
  EXPECT_EQ(ParseExecStatus(R"({"return":{"exited":true,"signal":9}})")->exit_code, 137);
}

TEST(AgentReply, HostileAnswersAreErrors) {
  for (const char* reply :
       {"", "{", "[]", "null", R"({"error":{}})", R"({"return":null})", R"({"return":[]})", R"({"return":{}})",
        R"({"return":{"exited":"yes"}})", R"({"return":{"exited":true}})",
        R"({"return":{"exited":true,"exitcode":"0"}})", R"({"return":{"exited":true,"exitcode":1.5}})",
        R"({"return":{"exited":true,"exitcode":99999999999}})",
        R"({"return":{"exited":true,"exitcode":18446744073709551615}})", R"({"return":{"exited":true,"signal":0}})",
        R"({"return":{"exited":true,"signal":-9}})", R"({"return":{"exited":true,"exitcode":0,"out-data":7}})",
        R"({"return":{"exited":true,"exitcode":0,"out-data":"a*=="}})",
        R"({"return":{"exited":true,"exitcode":0,"out-truncated":1}})"}) {
    EXPECT_FALSE(ParseExecStatus(reply)) << reply;
  }
  for (const char* reply : {R"({"return":{}})", R"({"return":{"pid":0}})", R"({"return":{"pid":-1}})",
                            R"({"return":{"pid":"5"}})", R"({"return":5})"}) {
    EXPECT_FALSE(ParseExecStarted(reply)) << reply;
  }
  for (const char* reply : {R"({"return":-1})", R"({"return":"3"})", R"({"return":{}})"}) {
    EXPECT_FALSE(ParseFileHandle(reply)) << reply;
  }
}

TEST(AgentReply, AnErrorQuotesNothingOfTheGuest) {
  const auto status = ParseExecStatus("{\"return\":{\"exited\":true,\"exitcode\":\"\x1b[31mevil\"}}");
  ASSERT_FALSE(status);
  EXPECT_THAT(status.error().Message(), testing::Not(HasSubstr("evil")));
}

TEST(AgentReply, MoreOfAFileThanAskedForIsAnError) {
  EXPECT_EQ(ParseFilePiece(R"({"return":{"count":2,"buf-b64":"aGk=","eof":true}})", 2)->bytes, "hi");
  EXPECT_FALSE(ParseFilePiece(R"({"return":{"count":2,"buf-b64":"aGk=","eof":true}})", 1));
}

TEST(AgentReply, ALongAnswerIsNotParsed) {
  const auto status = ParseExecStatus(std::string(kMaxAgentReplyBytes + 1, ' '));
  ASSERT_FALSE(status);
  EXPECT_THAT(status.error().Message(), HasSubstr("more than"));
}

TEST(AgentReply, DeepNestingIsNoTrouble) {
  EXPECT_FALSE(ParseExecStatus(R"({"return":)" + std::string(1'000'000, '[')));
  EXPECT_FALSE(ParseExecStatus(R"({"return":)" + std::string(1'000'000, '[') + std::string(1'000'000, ']') + "}"));
}

}  // namespace
}  // namespace vfqual
