#include "harness/stages/run_log.h"

#include "harness/base/local_host.h"

namespace vfqual {

void KeepLog(const RunContext& context, reports::StageScope& stage, const std::string& name, std::string_view text) {
  LocalHost local;
  const std::string relative = "logs/" + name;
  const auto written = local.WriteFile(context.run_folder + "/" + relative, text, 0644);
  if (written) {
    stage.SetLog(relative);
  } else {
    stage.Warn(written.error().Message());
  }
}

}  // namespace vfqual
