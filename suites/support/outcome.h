// How a test says why it is not a plain pass. GoogleTest's JSON carries it as properties of the test: `reason` (a
// sentence, with every failure through ExpectOk and every skip), `skip_reason` (a word of the closed list below),
// `verdict` (only with FailForLack) and `warning`.
#pragma once

#include <string>
#include <string_view>

#include "suites/support/result.h"

namespace vfqual::suites {

// Why a test does not apply here: a fact about the environment, never about the thing under test.
enum class SkipReason {
  kNoVaDriver,          // libva has no driver for this device, and the caller said that it may be so
  kNoVainfo,            // vainfo is not installed
  kNoProgram,           // another program that would use the driver is not installed
  kNotOffered,          // the driver does not offer the codec, the mode or the processing
  kNoSoftwareCodec,     // this program cannot check the codec
  kNoStream,            // there is nothing to decode, since what the device itself encoded is wrong
  kNoFp16,              // the OpenCL device offers no half precision
  kNoImages,            // the OpenCL device offers no images
  kNoOutOfOrderQueue,   // the OpenCL device offers in-order queues only
  kNoPciBusInfo,        // the OpenCL device does not tell its PCI address
  kNothingExpected,     // the caller did not say what to compare with
  kLabOnly,             // speaks to the lab's stand-in driver
  kNoVfs,               // needs VFs that exist
  kNoOtherVfCount,      // the device offers only one VF, so there is no other number to ask for
  kKernelLogTruncated,  // the kernel has overwritten the messages of its boot
};

// The word that the report uses: "no_va_driver".
std::string_view Word(SkipReason reason);

// Marks the running test as skipped; the caller returns.
void SkipTest(SkipReason reason, std::string_view detail);

// Fails the running test with the status' sentence.
void ExpectOk(const Status& status, const char* file = __builtin_FILE(), int line = __builtin_LINE());

// Fails the running test because this machine lacks what the test needs, so that nothing was learnt of the thing under
// test: `verdict` is MISS, in the words of the report.
void FailForLack(const std::string& of_what);

// Recorded beside the verdict, which it does not change.
void Warn(const std::string& warning);

}  // namespace vfqual::suites
