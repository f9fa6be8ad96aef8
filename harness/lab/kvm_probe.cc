#include "harness/lab/kvm_probe.h"

#include <fmt/format.h>

#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>
#include <thread>
#include <utility>

#include "harness/base/process.h"
#include "harness/base/temporary_folder.h"
#include "harness/lab/console_log.h"
#include "harness/lab/qemu_argv.h"

namespace vfqual {

namespace {

using Clock = std::chrono::steady_clock;

constexpr auto kSchema = "vfqual/kvm-probe/1";
// The first thing a kernel prints (init/main.c: pr_notice("%s", linux_banner)). Under KVM that takes half a second.
constexpr auto kFirstLine = "Linux version";
constexpr std::chrono::seconds kProbeLimit{5};

std::string FirstLineOf(const std::filesystem::path& file) {
  std::ifstream stream(file);
  std::string line;
  std::getline(stream, line);
  return line;
}

std::filesystem::path AnswerFile(const std::filesystem::path& folder, const ProbeKey& key) {
  // The release is a plain word; what else the answer depends on is compared inside.
  return folder / fmt::format("kvm-{}.json", key.kernel_release);
}

nlohmann::json KeyJson(const ProbeKey& key) {
  return {{"boot_id", key.boot_id}, {"qemu", key.qemu_version}, {"kernel", key.kernel_release}};
}

}  // namespace

Result<ProbeKey> MakeProbeKey(Host& local, const std::string& kernel_release) {
  ProbeKey key;
  key.kernel_release = kernel_release;
  VFQUAL_TRY(key.boot_id, local.ReadTrimmed("/proc/sys/kernel/random/boot_id"), "");
  Command version;
  version.argv = {"qemu-system-x86_64", "--version"};
  VFQUAL_TRY(const auto completed, local.Run(version), "");
  key.qemu_version = completed.out.substr(0, completed.out.find('\n'));
  return key;
}

Result<KvmTrouble> ProbeUntilFirstLine(const std::vector<std::string>& argv, const std::filesystem::path& console,
                                       std::chrono::milliseconds limit, const std::function<bool()>& cancelled) {
  const auto output = console.parent_path() / "output";
  VFQUAL_TRY(auto machine, BackgroundProcess::Start(argv, output, {.die_with_starter = true}), "");
  ConsoleLog log(console);
  const auto deadline = Clock::now() + limit;
  for (;;) {
    const bool running = machine.Running();
    log.Poll();
    if (log.Seen(kFirstLine)) return KvmTrouble();
    if (!running) {
      const std::string line = FirstLineOf(output);
      return KvmTrouble(line.empty() ? "QEMU ended at once with KVM" : line);
    }
    if (cancelled && cancelled()) return Fail("cancelled");
    if (Clock::now() >= deadline) return KvmTrouble(kSilentUnderKvm);
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
  }
}

Result<KvmTrouble> ProbeKvm(const std::filesystem::path& kernel, const std::function<bool()>& cancelled) {
  VFQUAL_TRY(const auto folder, TemporaryFolder::Make("vfqual-kvm"), "");
  const auto console = folder.Path() / "console";
  return ProbeUntilFirstLine(KvmProbeArgv(kernel, console), console, kProbeLimit, cancelled);
}

std::optional<KvmTrouble> RecallProbe(const std::filesystem::path& folder, const ProbeKey& key) {
  std::ifstream stream(AnswerFile(folder, key));
  std::ostringstream text;
  text << stream.rdbuf();
  const auto answer = nlohmann::json::parse(text.str(), nullptr, false);
  if (!answer.is_object() || !answer.contains("schema") || answer["schema"] != kSchema || !answer.contains("key") ||
      answer["key"] != KeyJson(key)) {
    return std::nullopt;
  }
  const auto trouble = answer.find("trouble");
  if (trouble == answer.end()) return std::nullopt;
  if (trouble->is_null()) return KvmTrouble();
  if (trouble->is_string()) return KvmTrouble(trouble->get<std::string>());
  return std::nullopt;
}

Status RememberProbe(Host& local, const std::filesystem::path& folder, const ProbeKey& key, const KvmTrouble& trouble) {
  nlohmann::json answer = {{"schema", kSchema}, {"key", KeyJson(key)}, {"trouble", nullptr}};
  if (trouble) answer["trouble"] = *trouble;
  return local.WriteFile(AnswerFile(folder, key).string(),
                         answer.dump(2, ' ', false, nlohmann::json::error_handler_t::replace) + "\n", 0644);
}

}  // namespace vfqual
