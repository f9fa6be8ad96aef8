// A render node for machines without one, to be preloaded into any program: opening $VFQUAL_FAKE_RENDER_NODE gives a
// file that answers as the lab's stand-in driver does, as far as libva, libdrm and the lab's VA driver ask.
// $VFQUAL_FAKE_RENDER_NODE_ERROR (a number) is the errno of submissions.
#include <dlfcn.h>
#include <drm.h>
#include <fcntl.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

#include <algorithm>
#include <cerrno>
#include <cstdarg>
#include <cstdlib>
#include <cstring>
#include <string_view>

#include "module/lab-gpu/uapi/lab_gpu.h"

namespace {

constexpr unsigned kDrmMajor = 226;
constexpr unsigned kRenderMinor = 128;
constexpr std::string_view kDriver = "i915";
constexpr const char* kMark = "vfqual-fake-render-node";
constexpr std::string_view kSysfs = "/sys/dev/char/226:128/";

template <class Function>
Function* Real(const char* name) {
  return reinterpret_cast<Function*>(dlsym(RTLD_NEXT, name));
}

bool IsFake(const char* path) {
  const char* const fake = std::getenv("VFQUAL_FAKE_RENDER_NODE");
  return path != nullptr && fake != nullptr && std::strcmp(path, fake) == 0;
}

// By the name of the memory file, which also survives dup(2).
bool IsFake(int fd) {
  const int seals = Real<int(int, int, ...)>("fcntl")(fd, F_GET_SEALS);
  return seals == (F_SEAL_SEAL | F_SEAL_GROW);
}

int OpenFake() {
  const int fd = memfd_create(kMark, MFD_ALLOW_SEALING | MFD_CLOEXEC);
  if (fd >= 0) Real<int(int, int, ...)>("fcntl")(fd, F_ADD_SEALS, F_SEAL_SEAL | F_SEAL_GROW);
  return fd;
}

void Describe(struct stat& facts) {
  facts.st_mode = S_IFCHR | 0600;
  facts.st_rdev = makedev(kDrmMajor, kRenderMinor);
}

// Lengths first, then the texts, as the kernel does; libdrm does not take empty ones.
void Answer(std::string_view text, char* to, std::size_t& length) {
  if (to != nullptr) std::copy_n(text.begin(), std::min(length, text.size()), to);
  length = text.size();
}

int Version(drm_version& version) {
  version.version_major = 1;
  version.version_minor = 6;
  Answer(kDriver, version.name, version.name_len);
  Answer("20250101", version.date, version.date_len);
  Answer("A file that stands for a GPU", version.desc, version.desc_len);
  return 0;
}

int Submit(drm_lab_gpu_submit& submit) {
  if (const char* const error = std::getenv("VFQUAL_FAKE_RENDER_NODE_ERROR"); error != nullptr) {
    errno = std::atoi(error);
    return -1;
  }
  static std::uint64_t work = 0;
  submit.seqno = ++work;
  submit.value = 2;
  return 0;
}

}  // namespace

// Programs call these under several names, by how they were compiled.
extern "C" {

#define VFQUAL_OPEN(name)                                              \
  int name(const char* path, int flags, ...) {                         \
    if (IsFake(path)) return OpenFake();                               \
    va_list arguments;                                                 \
    va_start(arguments, flags);                                        \
    const auto mode = va_arg(arguments, mode_t);                       \
    va_end(arguments);                                                 \
    return Real<int(const char*, int, ...)>(#name)(path, flags, mode); \
  }
VFQUAL_OPEN(open)
VFQUAL_OPEN(open64)
VFQUAL_OPEN(__open_2)
VFQUAL_OPEN(__open64_2)

int fstat(int fd, struct stat* facts) noexcept {
  const int result = Real<int(int, struct stat*)>("fstat")(fd, facts);
  if (result == 0 && IsFake(fd)) Describe(*facts);
  return result;
}

int fstat64(int fd, struct stat64* facts) noexcept {
  return fstat(fd, reinterpret_cast<struct stat*>(facts));  // one structure on 64-bit machines
}

// libdrm takes a character device for a DRM one where sysfs has a folder "drm" for it.
int stat(const char* path, struct stat* facts) noexcept {
  if (!std::string_view(path).starts_with(kSysfs)) return Real<int(const char*, struct stat*)>("stat")(path, facts);
  *facts = {};
  facts->st_mode = S_IFDIR | 0755;
  return 0;
}

int stat64(const char* path, struct stat64* facts) noexcept {
  return stat(path, reinterpret_cast<struct stat*>(facts));
}

int ioctl(int fd, unsigned long request, ...) noexcept {
  va_list arguments;
  va_start(arguments, request);
  void* const argument = va_arg(arguments, void*);
  va_end(arguments);
  if (!IsFake(fd)) return Real<int(int, unsigned long, ...)>("ioctl")(fd, request, argument);
  if (request == DRM_IOCTL_VERSION) return Version(*static_cast<drm_version*>(argument));
  if (request == DRM_IOCTL_LAB_GPU_SUBMIT) return Submit(*static_cast<drm_lab_gpu_submit*>(argument));
  errno = EINVAL;
  return -1;
}
}
