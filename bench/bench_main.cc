#include "bench/bench_main.h"

#include <benchmark/benchmark.h>

#include <iostream>
#include <string>
#include <vector>

namespace vfqual::bench {

int RunBenches(int argc, char** argv, const std::function<void(CLI::App&)>& add_options,
               const std::function<void(Outcome&)>& add_benchmarks) {
  CLI::App app;
  add_options(app);
  double start_at_s = 0;
  double slot_s = 0;
  app.add_option("--start-at", start_at_s,
                 "start measuring then (seconds since 1970), so that several machines start together");
  app.add_option("--slot-seconds", slot_s, "with --start-at: each further benchmark starts so much later");
  std::string begun_file;
  app.add_option("--begun-file", begun_file, "make this file, empty, when the first sample is taken");
  app.allow_extras();
  try {
    app.parse(argc, argv);
  } catch (const CLI::CallForHelp&) {
    std::cout << app.help() << '\n';
    benchmark::PrintDefaultHelp();
    return 0;
  } catch (const CLI::RuntimeError& done) {  // what an option asked for instead of measuring
    return done.get_exit_code();
  } catch (const CLI::ParseError& error) {
    app.exit(error);
    return 2;
  }
  std::vector<std::string> rest = app.remaining();
  rest.insert(rest.begin(), argv[0]);
  std::vector<char*> rest_argv;
  rest_argv.reserve(rest.size() + 1);
  for (auto& argument : rest) rest_argv.push_back(argument.data());
  int rest_argc = static_cast<int>(rest_argv.size());
  rest_argv.push_back(nullptr);
  benchmark::Initialize(&rest_argc, rest_argv.data());
  if (benchmark::ReportUnrecognizedArguments(rest_argc, rest_argv.data())) return 2;

  Outcome outcome;
  outcome.start_line.Set(start_at_s, slot_s);
  outcome.start_line.SetBegunFile(begun_file);
  add_benchmarks(outcome);
  benchmark::RunSpecifiedBenchmarks();
  benchmark::Shutdown();
  return outcome.failed ? 1 : 0;
}

}  // namespace vfqual::bench
