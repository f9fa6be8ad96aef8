// `vfqual lab`: the whole job in a virtual machine, for each kernel asked for.
#pragma once

#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "harness/base/host.h"
#include "harness/base/result.h"
#include "harness/lab/lab_plan.h"
#include "harness/lab/lab_spec.h"

namespace vfqual {

struct LabRequest {
  PlanRequest plan;
  std::vector<std::string> kernels;        // empty: the plan's, else the default
  std::string fault;                       // as ParseFaults() takes it
  std::optional<Accelerator> accelerator;  // else whatever works here
  bool keep = false;
  bool dry_run = false;
  bool images_only = false;                       // find or build the images, and do no more
  std::filesystem::path out;                      // empty: ./vfqual-out/<time>-lab-<kernel>
  std::filesystem::path data_folder;              // DataFolder()
  std::filesystem::path cache;                    // CacheFolder()
  std::filesystem::path programs_folder;          // with vfqual, the suites and the benches
  std::filesystem::path programs_builder;         // builds all but vfqual there, beside the machine's boot; or empty
  std::string tool;                               // "vfqual 0.1.0"
  std::function<void(const std::string&)> print;  // one line
  std::function<bool()> cancelled;
};

// The exit code of design.md section 4, the worst of the kernels'. An Error of blame kInput means that nothing was
// touched. Call it from the main thread: the machine dies with the thread that started it.
Result<int> RunLab(Host& local, const LabRequest& request);

}  // namespace vfqual
