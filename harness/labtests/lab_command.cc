#include "harness/labtests/lab_command.h"

#include <gtest/gtest.h>

#include <iostream>

namespace vfqual {

Completed RunLab(std::vector<std::string> arguments) {
  Command command;
  command.argv = {VFQUAL_PROGRAMS_DIR "/vfqual", "lab"};
  command.argv.insert(command.argv.end(), arguments.begin(), arguments.end());
  command.timeout = std::chrono::minutes(20);
  command.on_output = [](std::string_view piece) { std::cout << piece << std::flush; };
  auto completed = RunProcess(command);
  EXPECT_TRUE(completed) << completed.error().Message();
  return completed.value_or(Completed{});
}

}  // namespace vfqual
