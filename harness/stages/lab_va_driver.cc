#include "harness/stages/lab_va_driver.h"

#include <filesystem>

namespace vfqual {

namespace {

constexpr const char* kDriverName = "vfqual_lab";
constexpr const char* kDriverFile = "vfqual_lab_drv_video.so";
constexpr const char* kDriverFolder = "va";

}  // namespace

std::optional<PayloadFile> LabVaDriver(const RunContext& context) {
  const std::string file = context.programs_folder + "/" + kDriverFile;
  std::error_code error;
  if (context.prepared.platform.hardware || !std::filesystem::exists(file, error)) return std::nullopt;
  return PayloadFile{file, std::string(kDriverFolder) + "/" + kDriverFile};
}

std::vector<std::pair<std::string, std::string>> LabVaEnvironment(const std::string& payload_folder) {
  return {{"LIBVA_DRIVERS_PATH", payload_folder + "/" + kDriverFolder}, {"LIBVA_DRIVER_NAME", kDriverName}};
}

std::vector<std::pair<std::string, std::string>> LabVaEnvironmentOnHost(const RunContext& context) {
  if (!LabVaDriver(context)) return {};
  return {{"LIBVA_DRIVERS_PATH", context.programs_folder}, {"LIBVA_DRIVER_NAME", kDriverName}};
}

}  // namespace vfqual
