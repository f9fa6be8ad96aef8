#include "suites/support/suite_main.h"

#include <gtest/gtest.h>

namespace vfqual::suites {

int RunSuite(int argc, char** argv, const std::function<void(CLI::App&)>& add_options,
             const std::function<void()>& add_tests) {
  // GoogleTest prints its help here and leaves --help for the suite's own.
  testing::InitGoogleTest(&argc, argv);
  CLI::App app;
  add_options(app);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? 0 : 2;
  }
  add_tests();
  return RUN_ALL_TESTS();
}

}  // namespace vfqual::suites
