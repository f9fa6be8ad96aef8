#include "module/secure_boot/state.h"

#include <fmt/format.h>

#include <cerrno>
#include <sstream>
#include <utility>

#include "module/secure_boot/efi_variable.h"

namespace vfqual::secure_boot {

namespace {

constexpr std::size_t kMostFileBytes = std::size_t{1} << 20U;
constexpr const char* kPlatformSize = "/sys/firmware/efi/fw_platform_size";
// EFI_GLOBAL_VARIABLE, EFI_IMAGE_SECURITY_DATABASE_GUID (UEFI specification) and SHIM_LOCK_GUID (shim's mok.c).
constexpr const char* kSecureBoot = "/sys/firmware/efi/efivars/SecureBoot-8be4df61-93ca-11d2-aa0d-00e098032b8c";
constexpr const char* kSetupMode = "/sys/firmware/efi/efivars/SetupMode-8be4df61-93ca-11d2-aa0d-00e098032b8c";
constexpr const char* kDb = "/sys/firmware/efi/efivars/db-d719b2cb-3d3a-4596-a3bc-dad00e67656f";
constexpr const char* kMokState = "/sys/firmware/efi/efivars/MokSBStateRT-605dab50-e046-4300-abb6-3dd810dd8b23";
constexpr const char* kMokTrusted = "/sys/firmware/efi/efivars/MokListTrustedRT-605dab50-e046-4300-abb6-3dd810dd8b23";
constexpr const char* kMokList = "/sys/firmware/efi/efivars/MokListRT-605dab50-e046-4300-abb6-3dd810dd8b23";
constexpr const char* kMokNew = "/sys/firmware/efi/efivars/MokNew-605dab50-e046-4300-abb6-3dd810dd8b23";
// The whole list, without attributes, where a variable is too small for it (drivers/firmware/efi/mokvar-table.c).
constexpr const char* kMokTable = "/sys/firmware/efi/mok-variables/MokListRT";
constexpr const char* kLockdown = "/sys/kernel/security/lockdown";
constexpr const char* kSigEnforce = "/sys/module/module/parameters/sig_enforce";
constexpr const char* kKeys = "/proc/keys";
constexpr const char* kCommandLine = "/proc/cmdline";

class Files {
 public:
  Files(const std::map<std::string, std::string>& files, std::vector<std::string>& unreadable)
      : files_(files), unreadable_(unreadable) {}

  const std::string* Find(const char* path) const {
    const auto found = files_.find(path);
    return found == files_.end() ? nullptr : &found->second;
  }
  std::optional<bool> Flag(const char* path) {
    const auto* const file = Find(path);
    if (file == nullptr) return std::nullopt;
    auto flag = EfiFlag(*file);
    if (!flag) unreadable_.push_back(fmt::format("{} is not one byte, 0 or 1", path));
    return flag;
  }
  std::vector<Certificate> Certificates(const char* path, bool with_attributes) {
    const auto* const file = Find(path);
    if (file == nullptr) return {};
    const auto value = with_attributes ? EfiValue(*file) : std::string_view(*file);
    auto lists = ParseSignatureLists(value.value_or("?"), path);
    if (lists) return std::move(lists->certificates);
    unreadable_.push_back(lists.error().what);
    return {};
  }

 private:
  const std::map<std::string, std::string>& files_;
  std::vector<std::string>& unreadable_;
};

// "none [integrity] confidentiality"
std::string Chosen(const std::string& text) {
  const auto open = text.find('[');
  const auto close = text.find(']', open == std::string::npos ? 0 : open);
  return open == std::string::npos || close == std::string::npos ? "" : text.substr(open + 1, close - open - 1);
}

}  // namespace

const std::vector<std::string>& StateFiles() {
  static const std::vector<std::string> kFiles = {kPlatformSize, kSecureBoot, kSetupMode,  kDb,       kMokState,
                                                  kMokTrusted,   kMokList,    kMokNew,     kMokTable, kLockdown,
                                                  kSigEnforce,   kKeys,       kCommandLine};
  return kFiles;
}

std::vector<KernelKey> ParseProcKeys(const std::string& text) {
  // "2d949211 I------ 1 perm 1f030000 0 0 asymmetri NAME: ID: X509.rsa 888ff27d []"; the type is cut to nine letters.
  std::vector<KernelKey> keys;
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) {
    constexpr std::string_view kType = " asymmetri ";
    const auto type = line.find(kType);
    if (type == std::string::npos) continue;
    const auto rest = line.substr(type + kType.size());
    const auto kind = rest.rfind(": ");
    if (kind == std::string::npos || kind == 0) continue;
    const auto name_end = rest.rfind(": ", kind - 1);
    if (name_end == std::string::npos) continue;
    const auto id = rest.substr(name_end + 2, kind - name_end - 2);
    if (id.empty() || id.find_first_not_of("0123456789abcdef") != std::string::npos) continue;
    keys.push_back({rest.substr(0, name_end), id});
  }
  return keys;
}

SecureBootState StateFrom(const std::map<std::string, std::string>& contents) {
  SecureBootState state;
  Files files(contents, state.unreadable);
  state.secure_boot = files.Flag(kSecureBoot);
  state.setup_mode = files.Flag(kSetupMode);
  state.efi = files.Find(kPlatformSize) != nullptr || files.Find(kSecureBoot) != nullptr;
  state.shim_validation_off = files.Flag(kMokState).value_or(false);
  state.mok_is_trusted = files.Flag(kMokTrusted).value_or(false);
  const bool table = files.Find(kMokTable) != nullptr;
  state.mok = table ? files.Certificates(kMokTable, false) : files.Certificates(kMokList, true);
  state.mok_new = files.Certificates(kMokNew, true);
  state.db = files.Certificates(kDb, true);
  for (const char* path : {kMokState, kMokTrusted, kMokList, kMokTable}) {
    state.shim = state.shim || files.Find(path) != nullptr;
  }
  if (const auto* text = files.Find(kLockdown)) state.lockdown = Chosen(*text);
  if (const auto* text = files.Find(kSigEnforce)) state.sig_enforce = text->starts_with('Y');
  if (const auto* text = files.Find(kKeys)) state.kernel_keys = ParseProcKeys(*text);
  if (const auto* text = files.Find(kCommandLine)) state.command_line = *text;
  return state;
}

SecureBootState ReadState(Host& host) {
  std::map<std::string, std::string> files;
  std::vector<std::string> refused;
  for (const auto& path : StateFiles()) {
    auto content = host.ReadFile(path, kMostFileBytes);
    if (content) {
      files[path] = std::move(*content);
    } else if (content.error().sys_errno != ENOENT) {
      refused.push_back(content.error().what);
    }
  }
  auto state = StateFrom(files);
  state.efi = state.efi || host.Exists("/sys/firmware/efi").value_or(false);
  state.unreadable.insert(state.unreadable.end(), refused.begin(), refused.end());
  return state;
}

std::string SecureBootState::Describe() const {
  if (!efi) return "off: started without UEFI";
  if (!secure_boot) return "not told: no UEFI variable SecureBoot (is efivarfs mounted?)";
  if (!*secure_boot) {
    return setup_mode.value_or(false) ? "off: the firmware is in setup mode, without a platform key"
                                      : "off (UEFI variable SecureBoot)";
  }
  if (shim_validation_off) return "on in firmware, but validation is switched off in shim (MokSBStateRT)";
  return "on (UEFI variable SecureBoot)";
}

}  // namespace vfqual::secure_boot
