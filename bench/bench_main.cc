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
  StartOptions start;
  auto* const start_at =
      app.add_option("--start-at", start.start_at_s,
                     "start measuring then (seconds since 1970), so that several machines start together");
  app.add_option("--start-file", start.start_file,
                 "wait for this file when all is prepared, and start at the time in it, a line as for --start-at; "
                 "after 5 minutes measure without it")
      ->excludes(start_at);
  app.add_option("--slot-seconds", start.slot_s,
                 "with --start-at or --start-file: each further benchmark starts so much later");
  app.add_option("--ready-file", start.ready_file, "make this file, empty, when all is prepared, before waiting");
  app.add_option("--begun-file", start.begun_file, "make this file, empty, when the first sample is taken");
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
  outcome.start_line.Set(start);
  add_benchmarks(outcome);
  benchmark::RunSpecifiedBenchmarks();
  benchmark::Shutdown();
  return outcome.failed ? 1 : 0;
}

}  // namespace vfqual::bench
