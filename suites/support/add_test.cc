#include "suites/support/add_test.h"

#include <gtest/gtest.h>

#include <memory>
#include <utility>

namespace vfqual::suites {
namespace {

class FunctionTest : public testing::Test {
 public:
  explicit FunctionTest(std::function<void()> body) : body_(std::move(body)) {}
  void TestBody() override { body_(); }

 private:
  std::function<void()> body_;
};

}  // namespace

void AddTest(const char* suite_name, const char* test_name, std::function<void()> body, const char* file, int line) {
  testing::RegisterTest(
      suite_name, test_name, nullptr, nullptr, file, line,
      [body = std::move(body)]() -> testing::Test* { return std::make_unique<FunctionTest>(body).release(); });
}

}  // namespace vfqual::suites
