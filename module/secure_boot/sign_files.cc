#include "module/secure_boot/sign_files.h"

#include <fmt/format.h>

#include <optional>
#include <utility>

#include "module/secure_boot/module_file.h"
#include "module/secure_boot/module_signature.h"

namespace vfqual::secure_boot {

namespace {

constexpr const char* kOldEnding = ".vfqual-old";
constexpr const char* kNewEnding = ".vfqual-new";

Result<std::string> WithoutLinks(Host& host, const std::string& path) {
  if (!IsModuleFile(path)) return FailInput(fmt::format("{} is no module's name (.ko, .ko.xz, .ko.zst, .ko.gz)", path));
  Command command;
  command.argv = {"realpath", "--canonicalize-existing", "--", path};
  VFQUAL_TRY(auto completed, host.Run(command), "");
  if (!completed.Ok())
    return FailInput(fmt::format("there is no {}", path), "vfqual module status lists what there is");
  while (!completed.out.empty() && completed.out.back() == '\n') completed.out.pop_back();
  if (completed.out.starts_with("/nix/store/")) {
    return FailInput(fmt::format("{} lies in the Nix store, which is never written to", completed.out),
                     "sign it in the derivation that builds it");
  }
  return completed.out;
}

// A path of the form that Host reads: a key may be of root alone.
Result<std::string> ReadKeyFile(Host& host, const std::string& path, const char* what) {
  auto read = host.Read(path);
  if (read) return read;
  return FailInput(fmt::format("cannot read the {}: {}", what, read.error().what),
                   "give --key and --cert, or let DKMS make a key: dkms generate_mok");
}

Result<SignStep> PrepareStep(Host& host, const JudgedHost& judged, const SigningKey& key, const SignItem& item) {
  SignStep step;
  step.item = item;
  VFQUAL_TRY(step.item.path, WithoutLinks(host, item.path), "");
  const auto policy = ReadKernelPolicy(host, item.kernel);
  step.digest = policy.digest;
  VFQUAL_TRY(const auto module, ReadModule(host, step.item.path), "");
  VFQUAL_TRY(const auto split, SplitSignature(module), step.item.path);
  if (!split.pkcs7.empty()) {
    const auto signer = ReadSigner(split.pkcs7);
    step.is_signed = signer && signer->digest == step.digest && IsSignedBy(split, key.certificate);
  }
  // Signed in memory as well where nothing is to be done: what is told is of the module as it will be.
  VFQUAL_TRY(const auto after, SignModule(module, key, step.digest), step.item.path);
  step.after = JudgeModule(judged, policy, after);
  return step;
}

Status Do(Host& host, std::vector<std::string> argv, std::optional<std::string> input = std::nullopt) {
  Command command;
  command.argv = std::move(argv);
  command.stdin_data = std::move(input);
  VFQUAL_TRY(const auto completed, host.Run(command), "");
  return completed.Ok() ? Status() : Fail(fmt::format("{}: {}", command.argv.front(), completed.Describe()));
}

// Under names of its own until it is whole, and then renamed: at any moment the module is the old or the new one, and
// the journal knows every name that a kill can leave.
Status Replace(Host& host, const std::string& path, const std::string& bytes) {
  const auto fresh = path + kNewEnding;
  VFQUAL_CHECK(Do(host, {"cp", "--preserve=all", "--", path, fresh}), "keeping the module as it is");
  VFQUAL_CHECK(Do(host, {"mv", "--force", "--", fresh, path + kOldEnding}), "keeping the module as it is");
  VFQUAL_CHECK(Do(host, {"dd", "of=" + fresh, "status=none", "bs=1M", "conv=fsync"}, bytes), "");
  VFQUAL_CHECK(Do(host, {"chmod", "--reference=" + path, "--", fresh}), "");
  return Do(host, {"mv", "--force", "--", fresh, path});
}

Status SignOne(Host& host, ChangeLog& changes, const SigningKey& key, const SignStep& step) {
  const auto& path = step.item.path;
  VFQUAL_TRY(const auto module, ReadModule(host, path), "");
  VFQUAL_TRY(const auto made, SignModule(module, key, step.digest), path);
  VFQUAL_TRY(const auto packed, PackModule(host, path, made), "");
  if (!changes.IsDryRun()) {
    VFQUAL_CHECK(changes.Announce("write the signed module", path + kNewEnding, Undo::RemoveFile(path + kNewEnding))
                     .map([](int) {}),
                 "");
  }
  const auto old = path + kOldEnding;
  VFQUAL_CHECK(changes
                   .Announce(fmt::format("sign it with {}", step.digest), path,
                             Undo::RunCommand({"mv", "--force", "--", old, path}, true, old))
                   .map([](int) {}),
               "");
  if (changes.IsDryRun()) return {};
  VFQUAL_CHECK(Replace(host, path, packed), path);
  VFQUAL_TRY(const auto written, ReadModule(host, path), "reading it back");
  if (written != made) return Fail(fmt::format("{} does not read back as it was written", path));
  return {};
}

Status SignAll(Host& host, ChangeLog& changes, const SignPlan& plan,
               const std::function<void(const std::string&)>& print) {
  for (const auto& step : plan.steps) {
    if (step.is_signed) {
      print(fmt::format("{}: signed with this key already", step.item.path));
      continue;
    }
    if (!changes.IsDryRun()) print(fmt::format("sign {} ({})", step.item.path, step.digest));
    VFQUAL_CHECK(SignOne(host, changes, plan.key, step), "");
  }
  return {};
}

}  // namespace

Result<SignPlan> PrepareSign(Host& host, const SignRequest& request) {
  SignPlan plan;
  auto judged = ReadJudgedHost(host);
  plan.key_path = request.key.empty() ? judged.machine_key.key : request.key;
  plan.certificate_path = request.certificate.empty() ? judged.machine_key.certificate : request.certificate;
  VFQUAL_TRY(const auto key, ReadKeyFile(host, plan.key_path, "key"), "");
  VFQUAL_TRY(const auto certificate, ReadKeyFile(host, plan.certificate_path, "certificate"), "");
  VFQUAL_TRY(plan.key, MakeSigningKey(key, plan.key_path, certificate, plan.certificate_path), "");
  judged.known.insert(judged.known.begin(), {plan.key.certificate, plan.certificate_path});
  for (const auto& item : request.items) {
    VFQUAL_TRY(auto step, PrepareStep(host, judged, plan.key, item), "");
    plan.steps.push_back(std::move(step));
  }
  return plan;
}

Status SignFiles(Host& host, ChangeLog& changes, const SignPlan& plan,
                 const std::function<void(const std::string&)>& print, const std::function<Status()>& then) {
  auto done = SignAll(host, changes, plan, print);
  if (done && then) done = then();
  if (changes.IsDryRun()) return done;
  if (!done) {
    if (const auto undone = changes.UndoAll(); !undone) {
      done.error().what += fmt::format("; not all could be put back: {}", undone.error().Message());
      done.error().fix = "vfqual recover";
    }
    return done;
  }
  for (const auto& step : plan.steps) {
    if (!step.is_signed) VFQUAL_CHECK(host.Remove(step.item.path + kOldEnding), "");
  }
  return changes.Keep();
}

}  // namespace vfqual::secure_boot
