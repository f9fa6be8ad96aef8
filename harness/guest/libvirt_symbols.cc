#include "harness/guest/libvirt_symbols.h"

#include <dlfcn.h>
#include <fmt/format.h>

#include <string>

namespace vfqual {

namespace {

constexpr const char* kInstallFix =
    "install libvirt: `apt-get install libvirt-daemon-system qemu-system-x86` (Debian, Ubuntu), `dnf install "
    "libvirt-daemon-kvm` "
    "(Fedora), `pacman -S libvirt qemu-base` (Arch)";

// dlerror() is safe between threads in glibc: each has its own.
std::string LoaderError() {
  const char* text = dlerror();  // NOLINT(concurrency-mt-unsafe)
  return text != nullptr ? text : "unknown error";
}

// NODELETE: libvirt leaves thread-local destructors behind.
Result<SharedLibrary> OpenLibrary(const char* name) {
  SharedLibrary library(dlopen(name, RTLD_NOW | RTLD_LOCAL | RTLD_NODELETE));
  if (library) return library;
  const auto why = LoaderError();
  // NixOS has libraries of the system in no folder that the loader knows.
  library.reset(
      dlopen((std::string("/run/current-system/sw/lib/") + name).c_str(), RTLD_NOW | RTLD_LOCAL | RTLD_NODELETE));
  if (!library) return Fail(fmt::format("libvirt is not installed: {}", why), kInstallFix);
  return library;
}

template <class Function>
Status Find(const SharedLibrary& library, const char* name, Function& function) {
  // POSIX defines the conversion of dlsym's void* to a function.
  function = reinterpret_cast<Function>(dlsym(library.get(), name));
  if (function == nullptr) {
    return Fail(fmt::format("libvirt is too old: it lacks {}", name), "vfqual needs libvirt 5.10 or newer");
  }
  return {};
}

}  // namespace

void LibraryCloser::operator()(void* library) const {
  dlclose(library);
}

Result<std::unique_ptr<LibvirtSymbols>> LoadLibvirtSymbols() {
  auto symbols = std::make_unique<LibvirtSymbols>();
  VFQUAL_TRY(symbols->core, OpenLibrary("libvirt.so.0"), "");
  VFQUAL_TRY(symbols->qemu, OpenLibrary("libvirt-qemu.so.0"), "");
  LibvirtSymbols& s = *symbols;
  VFQUAL_CHECK(Find(s.core, "virInitialize", s.initialize), "");
  VFQUAL_CHECK(Find(s.core, "virSetErrorFunc", s.set_error_func), "");
  VFQUAL_CHECK(Find(s.core, "virGetLastError", s.get_last_error), "");
  VFQUAL_CHECK(Find(s.core, "virEventRegisterDefaultImpl", s.event_register_default_impl), "");
  VFQUAL_CHECK(Find(s.core, "virEventRunDefaultImpl", s.event_run_default_impl), "");
  VFQUAL_CHECK(Find(s.core, "virEventAddTimeout", s.event_add_timeout), "");
  VFQUAL_CHECK(Find(s.core, "virEventRemoveTimeout", s.event_remove_timeout), "");
  VFQUAL_CHECK(Find(s.core, "virConnectOpen", s.connect_open), "");
  VFQUAL_CHECK(Find(s.core, "virConnectClose", s.connect_close), "");
  VFQUAL_CHECK(Find(s.core, "virConnectIsAlive", s.connect_is_alive), "");
  VFQUAL_CHECK(Find(s.core, "virConnectSetKeepAlive", s.connect_set_keep_alive), "");
  VFQUAL_CHECK(Find(s.core, "virConnectListAllDomains", s.connect_list_all_domains), "");
  VFQUAL_CHECK(Find(s.core, "virConnectDomainEventRegisterAny", s.connect_domain_event_register_any), "");
  VFQUAL_CHECK(Find(s.core, "virConnectDomainEventDeregisterAny", s.connect_domain_event_deregister_any), "");
  VFQUAL_CHECK(Find(s.core, "virDomainCreateXML", s.domain_create_xml), "");
  VFQUAL_CHECK(Find(s.core, "virDomainFree", s.domain_free), "");
  VFQUAL_CHECK(Find(s.core, "virDomainGetName", s.domain_get_name), "");
  VFQUAL_CHECK(Find(s.core, "virDomainGetUUIDString", s.domain_get_uuid_string), "");
  VFQUAL_CHECK(Find(s.core, "virDomainGetState", s.domain_get_state), "");
  VFQUAL_CHECK(Find(s.core, "virDomainGetXMLDesc", s.domain_get_xml_desc), "");
  VFQUAL_CHECK(Find(s.core, "virDomainShutdownFlags", s.domain_shutdown_flags), "");
  VFQUAL_CHECK(Find(s.core, "virDomainDestroy", s.domain_destroy), "");
  VFQUAL_CHECK(Find(s.core, "virDomainResume", s.domain_resume), "");
  VFQUAL_CHECK(Find(s.core, "virDomainAgentSetResponseTimeout", s.domain_agent_set_response_timeout), "");
  VFQUAL_CHECK(Find(s.qemu, "virDomainQemuAgentCommand", s.domain_qemu_agent_command), "");
  return symbols;
}

}  // namespace vfqual
