// The functions of libvirt.so.0 and libvirt-qemu.so.0 that vfqual calls, looked up at run time.
#pragma once

#include <libvirt/libvirt-qemu.h>
#include <libvirt/libvirt.h>
#include <libvirt/virterror.h>

#include <memory>

#include "harness/base/result.h"

namespace vfqual {

struct LibraryCloser {
  void operator()(void* library) const;
};
using SharedLibrary = std::unique_ptr<void, LibraryCloser>;

struct LibvirtSymbols {
  SharedLibrary core;
  SharedLibrary qemu;

  decltype(&::virInitialize) initialize = nullptr;
  decltype(&::virSetErrorFunc) set_error_func = nullptr;
  decltype(&::virGetLastError) get_last_error = nullptr;
  decltype(&::virEventRegisterDefaultImpl) event_register_default_impl = nullptr;
  decltype(&::virEventRunDefaultImpl) event_run_default_impl = nullptr;
  decltype(&::virEventAddTimeout) event_add_timeout = nullptr;
  decltype(&::virEventRemoveTimeout) event_remove_timeout = nullptr;

  decltype(&::virConnectOpen) connect_open = nullptr;
  decltype(&::virConnectClose) connect_close = nullptr;
  decltype(&::virConnectIsAlive) connect_is_alive = nullptr;
  decltype(&::virConnectSetKeepAlive) connect_set_keep_alive = nullptr;
  decltype(&::virConnectListAllDomains) connect_list_all_domains = nullptr;
  decltype(&::virConnectDomainEventRegisterAny) connect_domain_event_register_any = nullptr;
  decltype(&::virConnectDomainEventDeregisterAny) connect_domain_event_deregister_any = nullptr;

  decltype(&::virDomainCreateXML) domain_create_xml = nullptr;
  decltype(&::virDomainFree) domain_free = nullptr;
  decltype(&::virDomainGetName) domain_get_name = nullptr;
  decltype(&::virDomainGetUUIDString) domain_get_uuid_string = nullptr;
  decltype(&::virDomainGetState) domain_get_state = nullptr;
  decltype(&::virDomainGetXMLDesc) domain_get_xml_desc = nullptr;
  decltype(&::virDomainShutdownFlags) domain_shutdown_flags = nullptr;
  decltype(&::virDomainDestroy) domain_destroy = nullptr;
  decltype(&::virDomainResume) domain_resume = nullptr;
  decltype(&::virDomainAgentSetResponseTimeout) domain_agent_set_response_timeout = nullptr;
  decltype(&::virDomainQemuAgentCommand) domain_qemu_agent_command = nullptr;
};

// The error names the library or the function that is missing and the package that brings it.
Result<std::unique_ptr<LibvirtSymbols>> LoadLibvirtSymbols();

}  // namespace vfqual
