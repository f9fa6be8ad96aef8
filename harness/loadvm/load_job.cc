#include "harness/loadvm/load_job.h"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <sstream>
#include <string_view>
#include <system_error>
#include <utility>

namespace vfqual {

namespace {

namespace fs = std::filesystem;

constexpr std::size_t kMostModuleBytes = std::size_t{512} << 20U;
constexpr std::size_t kMostWord = 200;
constexpr std::size_t kMostModules = 64;

bool IsWord(std::string_view text) {
  return !text.empty() && text.size() <= kMostWord && text.front() != '-' && text.front() != '.' &&
         std::all_of(text.begin(), text.end(), [](unsigned char letter) {
           return std::isalnum(letter) != 0 || letter == '_' || letter == '-' || letter == '.' || letter == '+' ||
                  letter == '~';
         });
}

bool IsValue(std::string_view text) {
  return text.size() <= kMostWord && std::all_of(text.begin(), text.end(), [](unsigned char letter) {
           return letter > 0x20 && letter < 0x7f && letter != '"';
         });
}

const char* Unpacker(const fs::path& file) {
  if (file.extension() == ".xz") return "xz";
  if (file.extension() == ".zst") return "zstd";
  if (file.extension() == ".gz") return "gzip";
  return nullptr;
}

Status MakeFolders(const fs::path& folder) {
  std::error_code error;
  fs::create_directories(folder, error);
  return error ? FailErrno("make folder " + folder.string(), error.value()) : Status();
}

// Copies a module, unpacked; the name loses the packing's ending.
Status PutModule(Host& local, const fs::path& from, fs::path to) {
  VFQUAL_CHECK(MakeFolders(to.parent_path()), "");
  std::error_code error;
  const char* const program = Unpacker(from);
  if (program == nullptr) {
    fs::copy_file(from, to, fs::copy_options::overwrite_existing, error);
    return error ? FailErrno("copy " + from.string(), error.value()) : Status();
  }
  to.replace_extension();
  Command unpack;
  unpack.argv = {program, "--decompress", "--stdout", "--", from.string()};
  unpack.max_output_bytes = kMostModuleBytes;
  VFQUAL_TRY(const auto unpacked, local.Run(unpack), "unpack " + from.string());
  if (!unpacked.Ok() || unpacked.truncated) return Fail(fmt::format("{}: {}", from.string(), unpacked.Describe()));
  return local.WriteFile(to.string(), unpacked.out, 0644);
}

Result<std::string> Field(Host& local, const char* field, const fs::path& file) {
  Command command;
  command.argv = {"modinfo", "--field", field, file.string()};
  VFQUAL_TRY(auto completed, local.Run(command), "");
  if (!completed.Ok()) return FailSubject(fmt::format("{}: {}", file.string(), completed.Describe()));
  while (!completed.out.empty() && completed.out.back() == '\n') completed.out.pop_back();
  return completed.out;
}

// From "    Build ID: 0123…" of `readelf --notes`.
std::string BuildIdLine(const std::string& text) {
  constexpr std::string_view kMark = "Build ID: ";
  const auto at = text.find(kMark);
  if (at == std::string::npos) return {};
  const auto start = at + kMark.size();
  return text.substr(start, text.find_first_not_of("0123456789abcdef", start) - start);
}

Status RunDepmod(Host& local, const LoadJob& job, const fs::path& stage) {
  const auto config = stage / "depmod.conf";
  VFQUAL_CHECK(local.WriteFile(config.string(), fmt::format("search {}\n", job.search_order), 0644), "");
  Command depmod;
  depmod.argv = {"depmod", "--config", config.string(), "--basedir", stage.string(), job.kernel.release};
  VFQUAL_TRY(const auto completed, local.Run(depmod), "");
  std::error_code error;
  fs::remove(config, error);
  return completed.Ok() ? Status() : Fail(fmt::format("depmod: {}", completed.Describe()));
}

// "insmod /lib/…/i915.ko" is the last line of `modprobe --show-depends`.
Result<std::string> Resolve(Host& local, const LoadJob& job, const fs::path& stage, const std::string& name) {
  const auto modules = stage / "lib/modules" / job.kernel.release;
  Command modinfo;
  modinfo.argv = {"modinfo",          "--basedir", stage.string(), "--set-version",
                  job.kernel.release, "--field",   "filename",     name};
  VFQUAL_TRY(auto completed, local.Run(modinfo), "");
  if (!completed.Ok()) return std::string();
  while (!completed.out.empty() && completed.out.back() == '\n') completed.out.pop_back();
  return fs::path(completed.out).lexically_relative(modules).string();
}

}  // namespace

Status CheckLoadJob(const LoadJob& job) {
  if (!IsWord(job.kernel.release)) return FailInput(fmt::format("'{}' is no kernel release", job.kernel.release));
  for (const auto& name : job.kernel_modules) {
    if (!IsWord(name)) return FailInput(fmt::format("'{}' is no module's name", name));
  }
  if ((job.modules.empty() && job.kernel_modules.empty()) || job.modules.size() > kMostModules) {
    return FailInput(fmt::format("{} modules to load; 1 to {} can be", job.modules.size(), kMostModules));
  }
  for (const auto& module : job.modules) {
    if (!IsWord(module.name)) return FailInput(fmt::format("'{}' is no module's name", module.name));
    for (const auto& [name, value] : module.parameters) {
      if (!IsWord(name) || !IsValue(value)) {
        return FailInput(fmt::format("{}: parameter '{}={}' cannot be given to a module", module.name, name, value),
                         "letters and digits, without spaces and quotes");
      }
    }
  }
  return {};
}

std::string LoadJobJson(const LoadJob& job) {
  auto modules = nlohmann::ordered_json::array();
  for (const auto& module : job.modules) {
    auto parameters = nlohmann::ordered_json::object();
    for (const auto& [name, value] : module.parameters) parameters[name] = value;
    modules.push_back({{"name", module.name}, {"parameters", parameters}});
  }
  auto variables = nlohmann::ordered_json::array();
  for (const auto& write : job.efi_variables) variables.push_back({{"variable", write.variable}, {"file", write.file}});
  return nlohmann::ordered_json{{"kernel_modules", job.kernel_modules},
                                {"efi_variables", variables},
                                {"tell_files", job.tell_files},
                                {"modules", modules}}
             .dump() +
         "\n";
}

Result<ModuleIdentity> ReadModuleIdentity(Host& local, const fs::path& file) {
  ModuleIdentity identity;
  VFQUAL_TRY(identity.srcversion, Field(local, "srcversion", file), "");
  VFQUAL_TRY(identity.vermagic, Field(local, "vermagic", file), "");
  VFQUAL_TRY(identity.signer, Field(local, "signer", file), "");
  Command readelf;
  readelf.argv = {"readelf", "--notes", "--wide", file.string()};
  const auto notes = local.Run(readelf);
  if (notes && notes->Ok()) identity.build_id = BuildIdLine(notes->out);
  return identity;
}

Result<StagedModules> StageModules(Host& local, const LoadJob& job, const fs::path& stage) {
  VFQUAL_CHECK(CheckLoadJob(job), "");
  StagedModules staged;
  staged.modules = stage / "lib/modules" / job.kernel.release;
  VFQUAL_CHECK(MakeFolders(staged.modules), "");

  std::vector<std::string> wanted = job.kernel_modules;
  for (const auto& module : job.modules) {
    wanted.push_back(module.name);
    for (const char* field : {"depends", "softdep"}) {
      VFQUAL_TRY(auto names, Field(local, field, module.file), "");
      std::replace(names.begin(), names.end(), ',', ' ');
      std::istringstream words(names);
      for (std::string word; words >> word;) wanted.push_back(word);
    }
  }
  VFQUAL_TRY(const auto index, IndexModules(job.kernel), "");
  VFQUAL_TRY(const auto closure, ModuleClosure(local, job.kernel, index, wanted), "");
  for (const auto& file : closure) {
    VFQUAL_CHECK(PutModule(local, job.kernel.modules / file, staged.modules / file), "");
  }
  for (const auto& module : job.modules) {
    VFQUAL_CHECK(PutModule(local, module.file, staged.modules / job.install_folder / module.file.filename()), "");
  }
  for (const char* file : {"modules.order", "modules.builtin", "modules.builtin.modinfo"}) {
    std::error_code error;
    fs::copy_file(job.kernel.modules / file, staged.modules / file, error);
  }
  VFQUAL_CHECK(RunDepmod(local, job, stage), "");
  for (const auto& module : job.modules) {
    VFQUAL_TRY(staged.resolved[module.name], Resolve(local, job, stage, module.name), "");
  }
  return staged;
}

}  // namespace vfqual
