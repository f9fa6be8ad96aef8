#include "harness/lab/programs_build.h"

#include <fmt/format.h>

#include "harness/base/process.h"
#include "harness/lab/line_splitter.h"

namespace vfqual {

namespace {

constexpr std::chrono::hours kTimeout{1};

}  // namespace

ProgramsBuild::ProgramsBuild(Host& local, const std::filesystem::path& builder,
                             std::function<void(const std::string&)> print) {
  const auto work = [this, &local, path = builder.string(), print = std::move(print)]() -> Status {
    LineSplitter lines(print);
    Command build;
    build.argv = {path};
    build.timeout = kTimeout;
    build.on_output = [&lines](std::string_view piece) { lines.Feed(piece); };
    build.cancelled = [this] { return cancelled_.load(); };
    VFQUAL_TRY(const auto completed, local.Run(build), "build the guests' programs");
    if (completed.Ok()) return {};
    return Fail(fmt::format("build the guests' programs: {}: {}", path, completed.Describe()));
  };
  outcome_ = std::async(std::launch::async, work).share();
}

ProgramsBuild::~ProgramsBuild() {
  cancelled_ = true;
  outcome_.wait();
}

bool ProgramsBuild::Ended(std::chrono::milliseconds wait) const {
  return outcome_.wait_for(wait) == std::future_status::ready;
}

bool ProgramsBuild::EndsWithin(std::chrono::milliseconds of_its_start) const {
  return outcome_.wait_until(started_ + of_its_start) == std::future_status::ready;
}

}  // namespace vfqual
