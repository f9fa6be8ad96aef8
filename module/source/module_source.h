// A module's source, wherever the user has it: opened once, checked, and kept in the cache by its content.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>
#include <string_view>

#include "harness/base/result.h"
#include "module/dkms_conf.h"

namespace vfqual {

enum class SourceKind : std::uint8_t { kFolder, kGit, kTarball, kDeb, kPacman, kDkms };

// "folder", "git", "tarball", "deb", "pacman", "dkms": as the report has it.
std::string_view Word(SourceKind kind);

struct ModuleSource {
  std::string spec;  // as the user gave it
  SourceKind kind = SourceKind::kFolder;
  std::string revision;          // git: the full id of the commit; else empty
  std::filesystem::path folder;  // in the cache, holds dkms.conf; others read it too: never write into it
  DkmsConf conf;
  std::string fingerprint;  // FingerprintTree of the folder: the same for every form of one release

  std::string Id() const { return conf.name + "/" + conf.version; }  // as dkms names it
};

struct OpenSourceOptions {
  std::filesystem::path cache;              // CacheFolder()
  std::string revision;                     // of a git repository: commit, tag or branch; may stand in the spec, "#REV"
  std::function<bool()> cancelled;          // may be empty
  std::string dkms_tree = "/var/lib/dkms";  // where dkms:NAME/VERSION is looked up
};

// `spec` is one of
//   FOLDER                      with a dkms.conf in it, or in one folder below
//   REPOSITORY#REV, URL[#REV]   a git repository on this machine or elsewhere (https, http, ssh, git, file;
//   user@host:path) FILE                        a tarball in any compression libarchive reads, a .deb, or an Arch
//   .pkg.tar.* dkms:NAME/VERSION           what DKMS on this machine holds
// Nothing of it is run. Errors are kInput (no such thing, no dkms.conf, damaged, paths that lead out, too large) or
// kHarness (a full disk, no network); nothing is left in the cache then.
Result<ModuleSource> OpenModuleSource(const std::string& spec, const OpenSourceOptions& options);

}  // namespace vfqual
