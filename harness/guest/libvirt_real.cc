// The LibvirtApi that calls the real library.
#include <array>
#include <cstdlib>
#include <optional>
#include <span>
#include <utility>

#include "harness/guest/libvirt_api.h"
#include "harness/guest/libvirt_events.h"
#include "harness/guest/libvirt_symbols.h"

namespace vfqual {

namespace {

// A daemon that answers nothing for a minute is lost.
constexpr int kKeepAliveInterval_s = 10;
constexpr unsigned kKeepAliveCount = 6;

struct FreeDeleter {
  void operator()(void* memory) const { std::free(memory); }  // NOLINT(cppcoreguidelines-no-malloc): libvirt's malloc
};
template <class T>
using Malloced = std::unique_ptr<T, FreeDeleter>;

void IgnoreError(void* /*data*/, virErrorPtr /*error*/) {}

// The library and its event loop, kept by all that came from them.
struct Library {
  explicit Library(std::unique_ptr<LibvirtSymbols> loaded) : symbols(std::move(loaded)), events(*symbols) {}

  tl::unexpected<LibvirtError> LastError() const {
    const virError* last = symbols->get_last_error();
    if (last == nullptr) return tl::unexpected(LibvirtError{VIR_ERR_INTERNAL_ERROR, VIR_FROM_NONE, "unknown error"});
    const char* text = last->message;
    return tl::unexpected(LibvirtError{last->code, last->domain, text != nullptr ? text : "unknown error"});
  }
  LibvirtResult<void> Check(int code) const {
    if (code < 0) return LastError();
    return {};
  }
  LibvirtResult<std::string> TakeText(char* text) const {
    const Malloced<char> owned(text);
    if (!owned) return LastError();
    return std::string(owned.get());
  }

  std::unique_ptr<LibvirtSymbols> symbols;
  LibvirtEventLoop events;
};

struct ConnectionHandle {
  ConnectionHandle(std::shared_ptr<Library> from, virConnectPtr opened)
      : library(std::move(from)), connection(opened) {}
  ConnectionHandle(const ConnectionHandle&) = delete;
  ConnectionHandle& operator=(const ConnectionHandle&) = delete;
  ~ConnectionHandle() {
    subscription.reset();  // it needs the open connection
    library->symbols->connect_close(connection);
  }

  std::shared_ptr<Library> library;
  virConnectPtr connection;
  std::optional<LibvirtSubscription> subscription;
};

class RealDomain final : public LibvirtDomain {
 public:
  RealDomain(std::shared_ptr<ConnectionHandle> handle, virDomainPtr domain)
      : handle_(std::move(handle)), s_(*handle_->library->symbols), domain_(domain) {}
  ~RealDomain() override { s_.domain_free(domain_); }

  std::string Name() override {
    const char* name = s_.domain_get_name(domain_);
    return name != nullptr ? name : "";
  }
  std::string Uuid() override {
    std::array<char, VIR_UUID_STRING_BUFLEN> text{};
    return s_.domain_get_uuid_string(domain_, text.data()) == 0 ? text.data() : "";
  }
  LibvirtResult<LibvirtState> GetState() override {
    LibvirtState state;
    if (s_.domain_get_state(domain_, &state.state, &state.reason, 0) < 0) return Lib().LastError();
    return state;
  }
  LibvirtResult<std::string> GetXml() override { return Lib().TakeText(s_.domain_get_xml_desc(domain_, 0)); }
  LibvirtResult<void> ShutdownAcpi() override {
    return Lib().Check(s_.domain_shutdown_flags(domain_, VIR_DOMAIN_SHUTDOWN_ACPI_POWER_BTN));
  }
  LibvirtResult<void> Destroy() override { return Lib().Check(s_.domain_destroy(domain_)); }
  LibvirtResult<void> Resume() override { return Lib().Check(s_.domain_resume(domain_)); }
  LibvirtResult<void> SetAgentResponseTimeout(int seconds) override {
    return Lib().Check(s_.domain_agent_set_response_timeout(domain_, seconds, 0));
  }
  LibvirtResult<std::string> AgentCommand(const std::string& command, int timeout_s) override {
    return Lib().TakeText(s_.domain_qemu_agent_command(domain_, command.c_str(), timeout_s, 0));
  }

 private:
  const Library& Lib() const { return *handle_->library; }

  std::shared_ptr<ConnectionHandle> handle_;
  const LibvirtSymbols& s_;
  virDomainPtr domain_;
};

class RealConnection final : public LibvirtConnection {
 public:
  explicit RealConnection(std::shared_ptr<ConnectionHandle> handle)
      : handle_(std::move(handle)), s_(*handle_->library->symbols) {}

  bool IsAlive() override { return s_.connect_is_alive(handle_->connection) == 1; }
  LibvirtResult<std::unique_ptr<LibvirtDomain>> CreateXml(const std::string& xml, unsigned flags) override {
    virDomainPtr domain = s_.domain_create_xml(handle_->connection, xml.c_str(), flags);
    if (domain == nullptr) return handle_->library->LastError();
    return std::make_unique<RealDomain>(handle_, domain);
  }
  LibvirtResult<std::vector<std::unique_ptr<LibvirtDomain>>> ListAll() override {
    virDomainPtr* listed = nullptr;
    const int count = s_.connect_list_all_domains(handle_->connection, &listed, 0);
    const Malloced<virDomainPtr> owned(listed);
    if (count < 0) return handle_->library->LastError();
    std::vector<std::unique_ptr<LibvirtDomain>> domains;
    for (virDomainPtr domain : std::span(listed, static_cast<std::size_t>(count))) {
      domains.push_back(std::make_unique<RealDomain>(handle_, domain));
    }
    return domains;
  }
  LibvirtResult<void> Listen(std::function<void(const LibvirtEvent&)> listener) override {
    handle_->subscription.emplace(s_, handle_->connection);
    if (handle_->subscription->Subscribe(listener)) return {};
    return handle_->library->LastError();
  }

 private:
  std::shared_ptr<ConnectionHandle> handle_;
  const LibvirtSymbols& s_;
};

class RealLibvirt final : public LibvirtApi {
 public:
  explicit RealLibvirt(std::shared_ptr<Library> library) : library_(std::move(library)) {}

  LibvirtResult<std::unique_ptr<LibvirtConnection>> Open(const std::string& uri) override {
    virConnectPtr connection = library_->symbols->connect_open(uri.c_str());
    if (connection == nullptr) return library_->LastError();
    auto handle = std::make_shared<ConnectionHandle>(library_, connection);
    // Drivers without a daemon (test:///default) have no keep-alive; they cannot be lost either.
    library_->symbols->connect_set_keep_alive(connection, kKeepAliveInterval_s, kKeepAliveCount);
    return std::make_unique<RealConnection>(std::move(handle));
  }

 private:
  std::shared_ptr<Library> library_;
};

}  // namespace

Result<std::shared_ptr<LibvirtApi>> LoadLibvirt() {
  VFQUAL_TRY(auto symbols, LoadLibvirtSymbols(), "");
  // Without this libvirt prints each error to stderr by itself.
  symbols->set_error_func(nullptr, IgnoreError);
  if (symbols->initialize() < 0) return Fail("libvirt could not be initialized");
  return std::make_shared<RealLibvirt>(std::make_shared<Library>(std::move(symbols)));
}

}  // namespace vfqual
