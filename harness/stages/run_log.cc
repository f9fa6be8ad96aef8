#include "harness/stages/run_log.h"

#include "harness/base/local_host.h"

namespace vfqual {

void KeepLog(const RunContext& context, reports::StageScope& stage, const std::string& name, std::string_view text) {
  KeepExtraLog(context, stage, name, text);
  stage.SetLog("logs/" + name);
}

void KeepExtraLog(const RunContext& context, reports::StageScope& stage, const std::string& name,
                  std::string_view text) {
  LocalHost local;
  const auto written = local.WriteFile(context.run_folder + "/logs/" + name, text, 0644);
  if (!written) stage.Warn(written.error().Message());
}

}  // namespace vfqual
