#include "suites/support/suite_main.h"

#include <gtest/gtest.h>

namespace vfqual::suites {

int RunSuite(CLI::App& app, int argc, char** argv, const std::function<void()>& register_tests) {
  // GoogleTest prints its help here and leaves --help for the suite's own.
  testing::InitGoogleTest(&argc, argv);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? 0 : 2;
  }
  register_tests();
  return RUN_ALL_TESTS();
}

}  // namespace vfqual::suites
