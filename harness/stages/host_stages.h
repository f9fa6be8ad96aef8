// The stages on the host, in their order. Each records its verdict in the scope it is given; what it changes goes
// through the context's ChangeLog.
#pragma once

#include "harness/cell/run_context.h"
#include "reports/events/scopes.h"

namespace vfqual {

// DKMS builds the module for the host's kernel, and for each other kernel that a guest runs.
void RunBuildStage(RunContext& context, reports::StageScope& stage);
void RunInstallStage(RunContext& context, reports::StageScope& stage);
// Loads the installed module with the plan's parameters, and compares what runs with what was built.
void RunLoadStage(RunContext& context, reports::StageScope& stage);
// PF: driver bound, SR-IOV PF mode, messages, host suite.
void RunPfStage(RunContext& context, reports::StageScope& stage);
// Creates the VFs and runs the host suite on them.
void RunVfsStage(RunContext& context, reports::StageScope& stage);
// Binds the guests' VFs to vfio-pci.
void RunBindStage(RunContext& context, reports::StageScope& stage);
// Puts back every change that is left, newest first.
void RunUnloadStage(RunContext& context, reports::StageScope& stage);

}  // namespace vfqual
