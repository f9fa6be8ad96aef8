#include "suites/support/outcome.h"

#include <gtest/gtest.h>

namespace vfqual::suites {

std::string_view Word(SkipReason reason) {
  switch (reason) {
    case SkipReason::kNoVaDriver:
      return "no_va_driver";
    case SkipReason::kNoStream:
      return "no_stream";
    case SkipReason::kNoFp16:
      return "no_fp16";
    case SkipReason::kNoImages:
      return "no_images";
    case SkipReason::kNoOutOfOrderQueue:
      return "no_out_of_order_queue";
    case SkipReason::kNoPciBusInfo:
      return "no_pci_bus_info";
    case SkipReason::kNothingExpected:
      return "nothing_expected";
    case SkipReason::kLabOnly:
      return "lab_only";
    case SkipReason::kNoVfs:
      return "no_vfs";
    case SkipReason::kNoOtherVfCount:
      return "no_other_vf_count";
    case SkipReason::kKernelLogTruncated:
      return "kernel_log_truncated";
    case SkipReason::kNoVainfo:
      return "no_vainfo";
    case SkipReason::kNoProgram:
      return "no_program";
    case SkipReason::kNotOffered:
      return "not_offered";
    case SkipReason::kNoSoftwareCodec:
      return "no_software_codec";
  }
  return "unknown";
}

void SkipTest(SkipReason reason, std::string_view detail) {
  testing::Test::RecordProperty("skip_reason", std::string(Word(reason)));
  testing::Test::RecordProperty("reason", std::string(detail));
  GTEST_SKIP() << detail;
}

void ExpectOk(const Status& status, const char* file, int line) {
  if (status) return;
  testing::Test::RecordProperty("reason", status.error());
  ADD_FAILURE_AT(file, line) << status.error();
}

void FailForLack(const std::string& of_what) {
  testing::Test::RecordProperty("verdict", "MISS");
  testing::Test::RecordProperty("reason", of_what);
  ADD_FAILURE() << of_what;
}

void Warn(const std::string& warning) {
  testing::Test::RecordProperty("warning", warning);
}

}  // namespace vfqual::suites
