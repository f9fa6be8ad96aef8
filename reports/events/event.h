// The events of the journal `vfqual/events/1`, one builder each. reports/schema/events.schema.json is the contract.
// Text may come from a guest as it is: the writer bounds it and makes it valid UTF-8.
#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "reports/model/facts.h"
#include "reports/model/verdict.h"

namespace vfqual::reports {

inline constexpr std::string_view kEventsSchema = "vfqual/events/1";

struct Event {
  std::string name;
  nlohmann::ordered_json fields = nlohmann::ordered_json::object();
};

// Where in a run something happened: a stage of a cell, on the host or in one of its guests.
struct Place {
  std::string cell;
  std::optional<std::string> guest;  // the guest's name; nothing: the host
  std::string stage;                 // a name of kStageOrder
};

// What is known of a cell by now; what is given replaces what was known.
struct CellFacts {
  std::optional<KernelFacts> kernel;
  std::optional<PlatformFacts> platform;
  std::optional<ModuleFacts> module;
};

// `id` names the run, `tool` the program with its version ("vfqual 0.1.0"); `plan` is kept as the user gave it.
Event RunStarted(std::string_view id, std::string_view tool, const nlohmann::ordered_json& plan);
// complete: false when the run was given up; its report is then MISS, or worse.
Event RunEnded(double seconds, bool complete = true, std::string_view reason = {});

Event CellStarted(std::string_view cell, const CellFacts& facts);
Event CellUpdated(std::string_view cell, const CellFacts& facts);
Event GuestStarted(std::string_view cell, const GuestFacts& facts);
// Empty facts are left as they were.
Event GuestUpdated(std::string_view cell, const GuestFacts& facts);

Event StageStarted(const Place& place);

struct StageResult {
  Verdict verdict = Verdict::kMiss;
  double seconds = 0;
  std::string reason;  // for all but PASS
  std::string log;     // path relative to the run folder; may be empty
};
// Without a StageStarted before it: a stage that was not run, as a SKIP with its reason.
Event StageEnded(const Place& place, const StageResult& result);

struct TestFacts {
  std::string path;  // "opencl.saxpy.matches_reference"
  Verdict verdict = Verdict::kMiss;
  double seconds = 0;
  std::string reason;
};
Event TestEnded(const Place& place, const TestFacts& test);

struct MetricFacts {
  std::string path;  // "bench.h264_encode_1080p"
  double value = 0;
  std::string unit;             // "frames/s"
  std::vector<double> samples;  // what the value was made of; may be empty
};
// A value that is not finite is journalled as null with a reason; such samples are left out and counted.
Event Metric(const Place& place, const MetricFacts& metric);

Event Warning(const Place& place, std::string_view message);
// level is the kernel's: 0 emergency … 7 debug.
Event KernelLog(const Place& place, std::int64_t uptime_us, int level, std::string_view message);
// A published failure whose signature matched `line`.
Event KnownIssue(const Place& place, std::string_view id, std::string_view url, std::string_view line);

struct HostChange {
  int id = 0;
  std::string what;    // "write", "bind", "load", "define" …
  std::string target;  // a path, a module, a domain
  std::string before;
  std::string after;
};
// Journalled before the host is changed.
Event Change(const HostChange& change);
Event ChangeUndone(int id, std::string_view how);

}  // namespace vfqual::reports
