#include "suites/host/vf_count_checks.h"

#include <cerrno>

#include "suites/support/text_file.h"
#include "suites/testing/fake_sysfs.h"
#include "suites/testing/status_matchers.h"

namespace vfqual::suites {
namespace {

TEST(ExpectedErrno, IsTheKernels) {
  const VfCountState idle{.total = 7, .current = 0};
  EXPECT_EQ(ExpectedErrno(idle, 8), ERANGE);
  EXPECT_EQ(ExpectedErrno(idle, 7), 0);
  const VfCountState busy{.total = 7, .current = 2};
  EXPECT_EQ(ExpectedErrno(busy, 8), ERANGE);
  EXPECT_EQ(ExpectedErrno(busy, 1), EBUSY);
  EXPECT_EQ(ExpectedErrno(busy, 2), 0);
  EXPECT_EQ(ExpectedErrno(busy, 0), 0);
}

class VfCountIsRefusedTest : public testing::Test {
 protected:
  VfCountIsRefusedTest() { fake_.AddGoodHost(2); }

  PciFunction Pf() const { return {fake_.Sysfs(), "0000:00:02.0"}; }
  VfCountState State() const { return ReadVfCountState(Pf()).value(); }

  // A driver that answers `answer` to any count that is not 0 or 2, and takes the count all the same where `takes_it`.
  static AttributeWriter Driver(int answer, bool takes_it = false) {
    return [=](const std::filesystem::path& path, std::string_view text) {
      const bool is_good = text == "0" || text == "2";
      if (is_good || takes_it) WriteText(path, text);
      return is_good ? 0 : answer;
    };
  }

 private:
  FakeSysfs fake_;
};

TEST_F(VfCountIsRefusedTest, PassesOnTheKernelsErrno) {
  EXPECT_THAT(CheckVfCountIsRefused(Pf(), State(), 8, Driver(ERANGE)), IsOk());
  EXPECT_THAT(CheckVfCountIsRefused(Pf(), State(), 1, Driver(EBUSY)), IsOk());
}

TEST_F(VfCountIsRefusedTest, FailsOnAnotherErrno) {
  EXPECT_THAT(CheckVfCountIsRefused(Pf(), State(), 8, Driver(EINVAL)),
              IsError("gave EINVAL (Invalid argument), ERANGE expected"));
}

TEST_F(VfCountIsRefusedTest, FailsOnSuccessAndPutsTheOldCountBack) {
  EXPECT_THAT(CheckVfCountIsRefused(Pf(), State(), 8, Driver(0, true)),
              IsError("gave success and left it at 8, ERANGE expected; 2 was put back"));
  EXPECT_EQ(State().current, 2U);
}

TEST_F(VfCountIsRefusedTest, FailsOnAnErrorThatChangedTheCountAllTheSame) {
  EXPECT_THAT(CheckVfCountIsRefused(Pf(), State(), 1, Driver(EBUSY, true)), IsError("left it at 1"));
  EXPECT_EQ(State().current, 2U);
}

TEST_F(VfCountIsRefusedTest, SaysThatPuttingBackFailed) {
  const AttributeWriter stuck = [](const auto& path, std::string_view text) {
    if (text != "8") return EIO;
    return WriteText(path, text);
  };
  EXPECT_THAT(CheckVfCountIsRefused(Pf(), State(), 8, stuck), IsError("putting 2 back failed with EIO"));
}

TEST_F(VfCountIsRefusedTest, NeverWritesWhatTheKernelWouldAccept) {
  bool written = false;
  const AttributeWriter recorder = [&](const auto&, std::string_view) {
    written = true;
    return 0;
  };
  EXPECT_THAT(CheckVfCountIsRefused(Pf(), State(), 0, recorder), IsError("nothing was written"));
  EXPECT_FALSE(written);
}

}  // namespace
}  // namespace vfqual::suites
