// UEFI firmware with Secure Boot for a machine of QEMU: OVMF, and a variable store in which a key of our own is
// enrolled.
#pragma once

#include <filesystem>
#include <functional>
#include <string>

#include "harness/base/host.h"
#include "harness/base/result.h"
#include "harness/lab/lab_spec.h"
#include "harness/loadvm/kernel_image.h"

namespace vfqual {

// What QEMU's two flash chips hold.
struct FirmwareFiles {
  std::filesystem::path code;       // built with SMM, which keeps the variables from the kernel
  std::filesystem::path variables;  // written by the machine
};

// As distributions package it: code, and an empty store (setup mode). Error: which package is missing.
Result<FirmwareFiles> FindOvmf();

struct EnrolledFirmware {
  FirmwareFiles files;                // the store is not to be written: machines get a copy
  std::filesystem::path key;          // PEM
  std::filesystem::path certificate;  // DER; in db, KEK and PK
  std::filesystem::path certificate_pem;
};

struct EnrolOptions {
  std::filesystem::path cache;  // it is kept there, for this OVMF
  std::filesystem::path init;   // the program load_init
  Accelerator accelerator = Accelerator::kTcg;
  std::function<bool()> cancelled;
  std::function<void(const std::string&)> print;
};

// Made once: a key, and a machine in setup mode that enrols it through efivarfs, as an administrator would. About 15 s
// in emulation.
Result<EnrolledFirmware> EnsureEnrolledFirmware(Host& local, const KernelImage& kernel, const EnrolOptions& options);

// The kernel with that key's signature added: sbsign(1).
Status SignKernel(Host& local, const EnrolledFirmware& firmware, const std::filesystem::path& kernel,
                  const std::filesystem::path& out);

}  // namespace vfqual
