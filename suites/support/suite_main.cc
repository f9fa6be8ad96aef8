#include "suites/support/suite_main.h"

#include <gtest/gtest.h>

#include <cstdio>
#include <memory>

#include "suites/support/step_limit.h"

namespace vfqual::suites {
namespace {

constexpr int kTestTimeout_s = 120;

class LimitEachTest : public testing::EmptyTestEventListener {
 public:
  explicit LimitEachTest(StepLimit& limit) : limit_(limit) {}
  void OnTestStart(const testing::TestInfo& test) override {
    limit_.Begin(std::string(test.test_suite_name()) + "." + test.name());
  }
  void OnTestEnd(const testing::TestInfo& /*test*/) override { limit_.End(); }

 private:
  StepLimit& limit_;
};

}  // namespace

int RunSuite(int argc, char** argv, const std::function<void(CLI::App&)>& add_options,
             const std::function<void()>& add_tests, const char* set_up) {
  // GoogleTest prints its help here and leaves --help for the suite's own.
  testing::InitGoogleTest(&argc, argv);
  CLI::App app;
  int test_timeout_s = kTestTimeout_s;
  add_options(app);
  app.add_option("--test-timeout", test_timeout_s, "seconds that one test may take; 0: as long as it likes")
      ->check(CLI::Range(0, 86400))
      ->capture_default_str();
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? 0 : 2;
  }
  StepLimit limit{std::chrono::seconds(test_timeout_s)};
  // In the form of GoogleTest's own lines, and out before anything can crash.
  std::printf("[ SET-UP   ] %s\n", set_up);
  std::fflush(stdout);
  limit.Begin(set_up);
  add_tests();
  limit.End();
  auto& listeners = testing::UnitTest::GetInstance()->listeners();
  auto* const limit_each = std::make_unique<LimitEachTest>(limit).release();  // theirs until it is released
  listeners.Append(limit_each);
  const int code = RUN_ALL_TESTS();
  delete listeners.Release(limit_each);
  return code;
}

}  // namespace vfqual::suites
