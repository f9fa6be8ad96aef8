// What `vfqual host configure` changed, kept on the host so that it can be undone, changed to something else, and
// finished or undone after a kill in the middle. It is not the ChangeLog: this configuration is what the user asked
// for, and stays when a run, or `vfqual recover`, puts the host back.
//
// /var/lib/vfqual/host-config/state.json names the files; the backups lie beside it as they were:
// GENERATION/before/etc/default/grub (without our change), …/now/… (when it was made), …/after/… (with it).
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "harness/base/host.h"
#include "module/host_config/boot_loader.h"
#include "module/host_config/config_files.h"
#include "module/host_config/config_request.h"

namespace vfqual::host_config {

inline constexpr const char* kStateFolder = "/var/lib/vfqual/host-config";

struct RecordedFile {
  std::string path;
  FileText before;  // what the undo leads to
  FileText now;     // what was there when the change was planned; differs from `before` from the second change on
  FileText after;
};

struct ConfigState {
  int generation = 0;
  ConfigRequest request;
  std::vector<RecordedFile> files;
  std::vector<Argv> commands;  // what makes a change of these files take effect
  bool commands_pending = false;
};

// Null where nothing is configured.
Result<std::optional<ConfigState>> LoadState(Host& host);
// Writes all backups, then the index: after a kill the old state or the new one counts.
Status SaveState(Host& host, const ConfigState& state);
// The index alone: the backups of this generation are there.
Status SaveIndex(Host& host, const ConfigState& state);
// The backups of these files, of this generation.
void RemoveBackups(Host& host, const ConfigState& state, const std::vector<RecordedFile>& files);
// All backups of other generations, those of a call that was cut short among them.
void RemoveOtherGenerations(Host& host, int keep);
// The same, and with keep 0 the folders that are empty then.
void DropBackupsBut(Host& host, int keep);
// The index, then all backups.
Status ForgetState(Host& host);

std::string BackupPath(const ConfigState& state, const std::string& path);  // of what was there before

}  // namespace vfqual::host_config
