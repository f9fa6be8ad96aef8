// Signs module files where they lie: each is replaced at once, and put back where the signing dies.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "harness/base/changes/change_log.h"
#include "harness/base/host.h"
#include "module/secure_boot/sign_module.h"
#include "module/secure_boot/verdict.h"

namespace vfqual::secure_boot {

struct SignItem {
  std::string path;
  std::string kernel;  // release; decides the digest
};

struct SignRequest {
  std::vector<SignItem> items;
  std::string key;          // PEM; both empty: DKMS' machine owner key
  std::string certificate;  // DER or PEM
};

struct SignStep {
  SignItem item;  // the path without links
  std::string digest;
  bool is_signed = false;  // by this key, with this digest: nothing is to be done
  ModuleVerdict after;     // what the kernel will say of it then
};

struct SignPlan {
  SigningKey key;
  std::string key_path;
  std::string certificate_path;
  std::vector<SignStep> steps;
};

// Reads only. kInput: no such key, a key that does not fit, no module at a path. kSubject: a damaged module.
Result<SignPlan> PrepareSign(Host& host, const SignRequest& request);

// All or none: where one cannot be signed, or `then` fails, which is called when all are, those before are put back.
// `then` may be empty.
Status SignFiles(Host& host, ChangeLog& changes, const SignPlan& plan,
                 const std::function<void(const std::string&)>& print, const std::function<Status()>& then = {});

}  // namespace vfqual::secure_boot
