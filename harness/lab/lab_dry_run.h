// What a lab run would do, as commands and files. Nothing is touched.
#pragma once

#include <filesystem>
#include <vector>

#include "harness/base/result.h"
#include "harness/lab/kernel_choice.h"
#include "harness/lab/lab_images.h"
#include "harness/lab/lab_run.h"
#include "harness/lab/payload.h"

namespace vfqual {

Status DescribeLab(const LabRequest& request, const Plan& plan, const LabKernel& kernel,
                   const std::vector<GuestImageChoice>& guests, const std::vector<PayloadItem>& programs,
                   const std::filesystem::path& folder, const std::string& machine_fault);

}  // namespace vfqual
