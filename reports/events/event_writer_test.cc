#include "reports/events/event_writer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/resource.h>

#include <csignal>
#include <limits>
#include <sstream>
#include <thread>

#include "reports/model/text.h"
#include "reports/testing/schema_check.h"
#include "reports/testing/temp_folder.h"

namespace vfqual::reports {
namespace {

using namespace std::string_literals;
using Json = nlohmann::json;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

class EventWriterTest : public ::testing::Test {
 protected:
  EventWriterTest() {
    auto created =
        EventWriter::Create(folder_.Path("events.jsonl"), [] { return TimeMs{std::chrono::milliseconds{1}}; });
    writer_ = std::move(created.value());
  }

  std::vector<Json> Lines() const {
    std::vector<Json> lines;
    std::istringstream text(folder_.Read("events.jsonl"));
    for (std::string line; std::getline(text, line);) lines.push_back(Json::parse(line));
    return lines;
  }

  TempFolder folder_;
  std::unique_ptr<EventWriter> writer_;
  const Place host_{.cell = "c", .guest = std::nullopt, .stage = "pf"};
  const Place guest_{.cell = "c", .guest = "vf1", .stage = "bench"};
};

TEST_F(EventWriterTest, FirstLineIsToTheLetter) {
  writer_->Write(RunStarted("r1", "vfqual 0.1.0", {{"vfs", 2}}));
  EXPECT_EQ(folder_.Read("events.jsonl"),
            R"({"schema":"vfqual/events/1","seq":0,"time":"1970-01-01T00:00:00.001Z","event":"run_started",)"
            R"("run":{"id":"r1","tool":"vfqual 0.1.0"},"plan":{"vfs":2}})"
            "\n");
}

TEST_F(EventWriterTest, EveryEventFitsTheSchema) {
  writer_->Write(RunStarted("r1", "vfqual 0.1.0", {{"vfs", 2}}));
  writer_->Write(CellStarted("c", {}));
  writer_->Write(CellUpdated("c", {.kernel = KernelFacts{"6.12", "debian 13"},
                                   .platform = PlatformFacts{"lab", "Lab", false, {"0000:00:02.0", "8086", "5845", 7}},
                                   .module = ModuleFacts{"i915-lab", "1", "i915", "ABC", "module/lab-gpu"}}));
  writer_->Write(GuestStarted("c", {"vf1", "0000:00:02.1", "debian-13", ""}));
  writer_->Write(GuestUpdated("c", {"vf1", "", "", "6.12"}));
  writer_->Write(StageStarted(host_));
  writer_->Write(TestEnded(host_, {"host.pf.mode", Verdict::kPass, 0.5, ""}));
  writer_->Write(Metric(guest_, {"bench.x", 1.5, "GB/s", {1, 2}}));
  writer_->Write(Warning(host_, "odd"));
  writer_->Write(KernelLog(guest_, 12, 6, "hello"));
  writer_->Write(KnownIssue(guest_, "id", "https://example.org", "line"));
  writer_->Write(Change({1, "write", "/sys/x", "0", "2"}));
  writer_->Write(ChangeUndone(1, "wrote 0"));
  writer_->Write(StageEnded(host_, {Verdict::kFail, 1.25, "why", "logs/pf.log"}));
  writer_->Write(RunEnded(2));
  const SchemaCheck schema("events.schema.json");
  const std::vector<Json> lines = Lines();
  ASSERT_EQ(lines.size(), 15U);
  for (std::size_t i = 0; i < lines.size(); ++i) {
    EXPECT_EQ(schema.Violations(lines[i]), "") << lines[i];
    EXPECT_EQ(lines[i]["seq"], i);
  }
  EXPECT_EQ(lines[5]["guest"], nullptr);
  EXPECT_EQ(lines[7]["guest"], "vf1");
  EXPECT_EQ(lines[13]["verdict"], "FAIL");
}

TEST_F(EventWriterTest, UpdateCarriesOnlyWhatIsKnown) {
  writer_->Write(GuestUpdated("c", {"vf1", "", "", "6.12"}));
  writer_->Write(CellUpdated("c", {.kernel = KernelFacts{"6.12", "debian 13"}, .platform = {}, .module = {}}));
  const std::vector<Json> lines = Lines();
  EXPECT_FALSE(lines[0].contains("vf"));
  EXPECT_FALSE(lines[1].contains("platform"));
  EXPECT_FALSE(lines[1].contains("module"));
}

TEST_F(EventWriterTest, GuestTextCannotBreakALine) {
  writer_->Write(Warning(host_, "bad \xFF utf8, NUL \0, line\nfeed"s));
  const std::vector<Json> lines = Lines();
  ASSERT_EQ(lines.size(), 1U);
  EXPECT_EQ(lines[0]["message"], "bad \uFFFD utf8, NUL \0, line\nfeed"s);
  EXPECT_THAT(writer_->FirstError(), IsEmpty());
}

TEST_F(EventWriterTest, FieldsAreBounded) {
  writer_->Write(Warning(host_, std::string(1'000'000, 'x')));
  const auto message = Lines()[0]["message"].get<std::string>();
  EXPECT_LE(message.size(), kMaxFieldBytes);
  EXPECT_THAT(message, HasSubstr("bytes cut]"));
}

TEST_F(EventWriterTest, MetricsThatAreNotFiniteSaySo) {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  const double inf = std::numeric_limits<double>::infinity();
  writer_->Write(Metric(guest_, {"m", nan, "x", {1, inf, 2, nan}}));
  writer_->Write(Metric(guest_, {"m", -inf, "x", std::vector<double>(5000, 1.0)}));
  const std::vector<Json> lines = Lines();
  EXPECT_EQ(lines[0]["value"], nullptr);
  EXPECT_THAT(lines[0]["samples"].get<std::vector<double>>(), ElementsAre(1, 2));
  EXPECT_EQ(lines[0]["reason"], "the value is not a number; 2 of 4 samples were not finite");
  EXPECT_EQ(lines[1]["samples"].size(), 4096U);
  EXPECT_EQ(lines[1]["reason"], "the value is minus infinite; 904 samples left out");
}

TEST_F(EventWriterTest, ThreadsKeepLinesWholeAndInOrder) {
  std::vector<std::thread> guests;
  for (int guest = 0; guest < 4; ++guest) {
    guests.emplace_back([this] {
      for (int i = 0; i < 250; ++i) writer_->Write(Warning(guest_, std::string(200, 'x')));
    });
  }
  for (std::thread& guest : guests) guest.join();
  const std::vector<Json> lines = Lines();
  ASSERT_EQ(lines.size(), 1000U);
  for (std::size_t i = 0; i < lines.size(); ++i) EXPECT_EQ(lines[i]["seq"], i);
}

TEST_F(EventWriterTest, NeverWritesIntoAnotherRunsJournal) {
  const auto again = EventWriter::Create(folder_.Path("events.jsonl"));
  ASSERT_FALSE(again.has_value());
  EXPECT_THAT(again.error(), HasSubstr("events.jsonl: File exists"));
}

// Until the file has `bytes` bytes, writes go through; then they are cut short and fail, as on a full disk.
class FileSizeLimit {
 public:
  explicit FileSizeLimit(rlim_t bytes) {
    getrlimit(RLIMIT_FSIZE, &before_);
    const rlimit limit = {.rlim_cur = bytes, .rlim_max = before_.rlim_max};
    setrlimit(RLIMIT_FSIZE, &limit);
  }
  ~FileSizeLimit() {
    setrlimit(RLIMIT_FSIZE, &before_);
    std::signal(SIGXFSZ, handler_before_);
  }
  FileSizeLimit(const FileSizeLimit&) = delete;
  FileSizeLimit& operator=(const FileSizeLimit&) = delete;

 private:
  rlimit before_{};
  void (*handler_before_)(int) = std::signal(SIGXFSZ, SIG_IGN);
};

TEST_F(EventWriterTest, AFullDiskCostsOnlyTheLinesThatFellIntoIt) {
  writer_->Write(Warning(host_, "before"));
  {
    const FileSizeLimit limit(folder_.Read("events.jsonl").size() + 20);
    writer_->Write(Warning(host_, "lost"));
    writer_->Write(Warning(host_, "lost too"));
  }
  EXPECT_EQ(writer_->FirstError(), "cannot write line 1 of the journal: File too large");
  writer_->Write(Warning(host_, "after"));
  std::istringstream text(folder_.Read("events.jsonl"));
  std::vector<std::string> lines;
  for (std::string line; std::getline(text, line);) lines.push_back(line);
  ASSERT_EQ(lines.size(), 3U);
  EXPECT_EQ(Json::parse(lines[0])["message"], "before");
  EXPECT_FALSE(Json::accept(lines[1]));
  EXPECT_EQ(Json::parse(lines[2])["message"], "after");
  EXPECT_EQ(Json::parse(lines[2])["seq"], 3);
}

TEST(EventWriter, NamesAFolderThatIsMissing) {
  const TempFolder folder;
  const auto writer = EventWriter::Create(folder.Path("missing/events.jsonl"));
  ASSERT_FALSE(writer.has_value());
  EXPECT_THAT(writer.error(), HasSubstr("missing/events.jsonl: No such file or directory"));
}

}  // namespace
}  // namespace vfqual::reports
