// An image definition (vmimages/definitions/<name>.json): what a virtual machine image is built from.
// The fields mean what vmimages/definitions/image.schema.json says of them.
#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <variant>
#include <vector>

#include "harness/base/result.h"

namespace vfqual {

// kLabHost: what `vfqual lab` runs on, started with a kernel and a command line from outside. kBootHost: a host that
// boots by itself, for tests of what only a boot shows. Both are logged into over SSH.
enum class ImageRole { kLabHost, kBootHost, kGuest };

const char* Word(ImageRole role);  // "lab-host", "boot-host", "guest"

// kInstall: a whole Debian, configured by its packages. kExtract: only the named packages and what they depend on, as
// files: no maintainer script runs and essential packages come only where something depends on them.
enum class Bootstrap { kInstall, kExtract };

struct KernelSource {
  std::string package;
  std::string headers;  // empty: none
  std::string suite;
  std::vector<std::string> command_line_emulated;
};

struct CommandInRoot {
  std::vector<std::string> argv;
};
struct HookScript {
  std::string name;  // of an executable in vmimages/hooks/
};
using CustomiseStep = std::variant<CommandInRoot, HookScript>;

struct ImageDefinition {
  std::string name;
  std::string description;
  ImageRole role = ImageRole::kGuest;
  std::string distribution;  // "debian 13"
  Bootstrap bootstrap = Bootstrap::kInstall;
  std::vector<std::string> suites;
  std::vector<std::string> components;
  std::map<std::string, KernelSource> kernels;
  std::vector<std::string> packages;
  std::vector<std::string> exclude;
  std::vector<std::string> exclude_lists;
  std::vector<std::string> overlays;
  std::vector<CustomiseStep> customise;
  int size_mib = 0;
  int memory_mib = 0;
  std::vector<std::string> initramfs_modules;
  std::vector<std::string> command_line;
  std::vector<std::string> command_line_emulated;

  std::string text;              // the file as it was read: part of the artefact's key
  std::filesystem::path folder;  // the vmimages/ folder that its overlays, hooks and excludes lie in
};

// Errors are of Blame::kInput and name the file, the JSON pointer and what would be right.
Result<ImageDefinition> ParseDefinition(const std::string& text, const std::string& source);

// `vmimages` is the folder that holds definitions/, overlays/ and hooks/ (DataFolder() / "vmimages").
// An unknown name's error lists the known ones; a missing overlay or hook is an error too.
Result<ImageDefinition> LoadDefinition(const std::filesystem::path& vmimages, const std::string& name);

// Sorted names of the definitions in that folder.
Result<std::vector<std::string>> ListDefinitions(const std::filesystem::path& vmimages);

}  // namespace vfqual
