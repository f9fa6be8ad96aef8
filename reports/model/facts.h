// What a cell and a guest are made of. The journal and the report share these; a fact that is not known is empty.
#pragma once

#include <string>

namespace vfqual::reports {

struct KernelFacts {
  std::string release;       // uname -r: "6.12.107+deb13-amd64"
  std::string distribution;  // "debian 13"
};

struct PfFacts {
  std::string bdf;     // "0000:00:02.0"
  std::string vendor;  // four hex digits: "8086"
  std::string device;  // four hex digits: "5845"
  int total_vfs = 0;   // sriov_totalvfs
};

// The platform of a cell that needs no GPU: a module that is only built, or loaded where no device is.
inline constexpr const char* kNoPlatform = "none";

struct PlatformFacts {
  std::string id;  // "ADL-S", "lab"
  std::string name;
  bool hardware = false;  // false: the GPU is a stand-in, and every rendering says so
  PfFacts pf;
};

struct ModuleFacts {
  std::string name;              // the DKMS package
  std::string version;           // the DKMS version
  std::string driver;            // "i915" or "xe"
  std::string srcversion;        // of the built module, from modinfo
  std::string source;            // where it came from: a file, a git revision or a folder
  std::string source_kind = {};  // "folder", "git", "tarball", "deb", "pacman" or "dkms"
  std::string revision = {};     // of a git repository: the commit
  std::string fingerprint = {};  // SHA-256 of the source's content: the same for every form of one release
};

struct GuestFacts {
  std::string name;    // "vf1"
  std::string vf;      // the VF's address on the host: "0000:00:02.1"
  std::string image;   // "debian-13"
  std::string kernel;  // uname -r in the guest
};

}  // namespace vfqual::reports
