#include "harness/stages/opencl_cache.h"

#include <fmt/format.h>

#include <cerrno>
#include <filesystem>
#include <fstream>

#include "harness/base/local_host.h"

namespace vfqual {

namespace {

constexpr const char* kParent = "/tmp";
constexpr const char* kFolder = "vfqual-opencl-cache";  // in kParent; the tar's only entry
constexpr const char* kTarInGuest = "/tmp/vfqual-opencl-cache.tar.gz";
constexpr std::size_t kMaxBytes = std::size_t{8} << 20U;

Status Tar(GuestAgent& agent, std::vector<std::string> arguments, const std::string& doing) {
  Command tar;
  tar.argv = {"tar", "-C", kParent};
  tar.argv.insert(tar.argv.end(), arguments.begin(), arguments.end());
  tar.timeout = std::chrono::minutes(1);
  VFQUAL_TRY(const auto completed, agent.Exec(tar), doing);
  return completed.Ok() ? Status() : Fail(fmt::format("{}: tar: {}", doing, completed.Describe()));
}

}  // namespace

std::pair<std::string, std::string> OpenclCacheVariable() {
  return {"POCL_CACHE_DIR", fmt::format("{}/{}", kParent, kFolder)};
}

Status RestoreOpenclCache(GuestAgent& agent, const std::string& payload_folder) {
  return Tar(agent, {"-xzf", fmt::format("{}/{}", payload_folder, kOpenclCacheOnPayload)}, "unpack the OpenCL cache");
}

Status GiveOpenclCache(GuestAgent& agent, const std::string& file) {
  LocalHost local;
  VFQUAL_TRY(const auto bytes, local.ReadFile(file, kMaxBytes), "give the OpenCL cache to the guest");
  VFQUAL_CHECK(agent.WriteFile(kTarInGuest, bytes), "give the OpenCL cache to the guest");
  return Tar(agent, {"-xzf", kTarInGuest}, "unpack the OpenCL cache");
}

CompiledOnce::Turn CompiledOnce::Wait(const std::function<bool()>& cancelled) {
  constexpr std::chrono::milliseconds kLook{200};
  std::unique_lock lock(mutex_);
  while (busy_ && !kept_) {
    changed_.wait_for(lock, kLook);
    if (cancelled()) return Turn::kCancelled;
  }
  if (kept_) return Turn::kTake;
  busy_ = true;
  return Turn::kCompile;
}

void CompiledOnce::Done(bool kept) {
  {
    const std::scoped_lock lock(mutex_);
    busy_ = false;
    kept_ = kept_ || kept;
  }
  changed_.notify_all();
}

Status KeepOpenclCache(GuestAgent& agent, const std::string& file) {
  VFQUAL_CHECK(Tar(agent, {"-czf", kTarInGuest, kFolder}, "pack the OpenCL cache"), "");
  VFQUAL_TRY(const auto bytes, agent.ReadFile(kTarInGuest, {.max_bytes = kMaxBytes}), "fetch the OpenCL cache");
  std::ofstream stream(file, std::ios::binary);
  if (!(stream << bytes).flush()) return FailErrno("write " + file, errno);
  return {};
}

}  // namespace vfqual
