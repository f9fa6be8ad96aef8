// Debian 13's own programs in a lab guest: vainfo, ffmpeg and GStreamer with the lab's VA driver on a VF. The media
// suite runs them (suites/media/program_tests.cc) where the guest's image has them.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <nlohmann/json.hpp>

#include "harness/base/local_host.h"
#include "harness/base/temporary_folder.h"
#include "harness/labtests/lab_command.h"

namespace vfqual {
namespace {

TEST(OtherPrograms, WorkWithTheLabsVaDriverInAGuest) {
  const auto folder = TemporaryFolder::Make("vfqual-labtest");
  LocalHost local;
  const std::string plan = (folder->Path() / "plan.json").string();
  const std::string out = (folder->Path() / "run").string();
  ASSERT_TRUE(
      local.WriteFile(plan, R"({"schema":"vfqual/plan/1","module":{"source":")" VFQUAL_SOURCE_DIR R"(/module/lab-gpu"},
  "guests":[{"image":"debian-13-media"}],
  "stages":["build","install","load","pf","vfs","bind","boot","probe","media","unload"]})",
                      0644));
  const auto run = RunLab({"--plan", plan, "--out", out});
  ASSERT_EQ(run.exit_code, 0) << run.out << run.err;

  const auto report = nlohmann::json::parse(local.Read(out + "/report.json").value_or(""), nullptr, false);
  ASSERT_TRUE(report.is_object());
  std::map<std::string, std::string> tests;
  for (const auto& test : report.at("cells")[0].at("guests")[0].at("tests")) {
    tests[test.at("path")] = test.at("verdict").get<std::string>() + " " + test.value("reason", "");
  }
  for (const char* path : {"va_profiles.are_those_of_vainfo", "ffmpeg.encodes_with_va", "ffmpeg.decodes_with_va",
                           "g_streamer.encodes_with_va", "g_streamer.decodes_with_va"}) {
    EXPECT_EQ(tests[path], "PASS ") << path;
  }
}

}  // namespace
}  // namespace vfqual
