#include "module/host_config/config_request.h"

#include <fmt/format.h>

#include <array>
#include <utility>

#include "harness/base/strict_json.h"

namespace vfqual::host_config {

namespace {

constexpr std::array<std::pair<Method, const char*>, 5> kMethods = {{{Method::kGrub, "grub"},
                                                                     {Method::kSystemdBoot, "systemd-boot"},
                                                                     {Method::kProxmox, "proxmox"},
                                                                     {Method::kNixos, "nixos"},
                                                                     {Method::kModprobe, "modprobe"}}};
constexpr std::array<std::pair<VfsAtBoot, const char*>, 3> kVfsAtBoot = {
    {{VfsAtBoot::kSysfsutils, "sysfsutils"}, {VfsAtBoot::kTmpfiles, "tmpfiles"}, {VfsAtBoot::kNone, "none"}}};

template <class Table, class Value>
const char* WordOf(const Table& table, Value value) {
  for (const auto& [candidate, word] : table) {
    if (candidate == value) return word;
  }
  return "";
}

template <class Value, class Table>
Result<Value> ValueOf(const Table& table, const std::string& word, const char* what) {
  std::string known;
  for (const auto& [value, candidate] : table) {
    if (word == candidate) return value;
    known += fmt::format("{}{}", known.empty() ? "" : ", ", candidate);
  }
  return FailInput(fmt::format("'{}' is no {}", word, what), "one of " + known);
}

}  // namespace

const char* Word(Method method) {
  return WordOf(kMethods, method);
}

const char* Word(VfsAtBoot how) {
  return WordOf(kVfsAtBoot, how);
}

Result<Method> ParseMethod(const std::string& word) {
  return ValueOf<Method>(kMethods, word, "method");
}

Result<VfsAtBoot> ParseVfsAtBoot(const std::string& word) {
  return ValueOf<VfsAtBoot>(kVfsAtBoot, word, "way to make VFs at boot");
}

nlohmann::ordered_json ToJson(const ConfigRequest& request) {
  nlohmann::ordered_json json = {{"driver", request.driver},
                                 {"vfs", request.vfs},
                                 {"max_vfs", request.max_vfs},
                                 {"keep_vfs_from_host", request.keep_vfs_from_host},
                                 {"device_id", request.device_id},
                                 {"pf", request.pf},
                                 {"pf_device_folder", request.pf_device_folder},
                                 {"vf_addresses", request.vf_addresses}};
  if (request.method) json["method"] = Word(*request.method);
  if (request.vfs_at_boot) json["vfs_at_boot"] = Word(*request.vfs_at_boot);
  return json;
}

Result<ConfigRequest> RequestFromJson(const nlohmann::json& value, const std::string& source) {
  constexpr int kMostVfs = 256;
  ObjectReader reader(value, source, "/request");
  ConfigRequest request;
  request.driver = reader.String("driver");
  request.vfs = static_cast<int>(reader.Integer("vfs", 0, kMostVfs));
  request.max_vfs = static_cast<int>(reader.Integer("max_vfs", 0, kMostVfs));
  request.keep_vfs_from_host = reader.Boolean("keep_vfs_from_host");
  request.device_id = reader.String("device_id");
  request.pf = reader.String("pf");
  request.pf_device_folder = reader.String("pf_device_folder");
  request.vf_addresses = reader.Strings("vf_addresses");
  const auto method = reader.String("method", "");
  const auto vfs_at_boot = reader.String("vfs_at_boot", "");
  VFQUAL_CHECK(reader.Finish(), "");
  if (!method.empty()) {
    VFQUAL_TRY(request.method, ParseMethod(method), source);
  }
  if (!vfs_at_boot.empty()) {
    VFQUAL_TRY(request.vfs_at_boot, ParseVfsAtBoot(vfs_at_boot), source);
  }
  return request;
}

}  // namespace vfqual::host_config
