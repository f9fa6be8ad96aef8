#include "harness/lab/qmp.h"

#include <fmt/format.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <sstream>
#include <thread>
#include <utility>

namespace vfqual {

namespace {

using Clock = std::chrono::steady_clock;

constexpr std::size_t kMaxMessageBytes = std::size_t{1} << 20U;
constexpr int kSshPort = 22;

Result<UniqueFd> ConnectSocket(const std::filesystem::path& path) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (path.native().size() >= sizeof(address.sun_path)) return FailErrno("connect to QEMU's monitor", ENAMETOOLONG);
  std::memcpy(address.sun_path, path.c_str(), path.native().size());
  UniqueFd fd(socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
  if (!fd.Valid()) return FailErrno("make a socket", errno);
  if (connect(fd.Get(), reinterpret_cast<const sockaddr*>(&address), sizeof(address)) != 0) {
    return FailErrno(fmt::format("connect to QEMU's monitor {}", path.string()), errno);
  }
  return fd;
}

}  // namespace

Result<Qmp> Qmp::Connect(const std::filesystem::path& socket, std::chrono::milliseconds timeout,
                         const std::function<bool()>& give_up) {
  const auto deadline = Clock::now() + timeout;
  for (;;) {
    auto fd = ConnectSocket(socket);
    if (fd) {
      Qmp qmp(std::move(*fd));
      VFQUAL_TRY([[maybe_unused]] const auto greeting, qmp.ReadMessage(deadline), "QEMU's monitor");
      VFQUAL_TRY([[maybe_unused]] const auto capabilities,
                 qmp.Execute("qmp_capabilities", nlohmann::json::object(), timeout), "QEMU's monitor");
      return qmp;
    }
    const bool not_yet = fd.error().sys_errno == ENOENT || fd.error().sys_errno == ECONNREFUSED;
    if (!not_yet || give_up() || Clock::now() >= deadline) return tl::unexpected<Error>(std::move(fd).error());
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
  }
}

Result<nlohmann::json> Qmp::ReadMessage(Clock::time_point deadline) {
  for (;;) {
    if (const auto end = buffer_.find('\n'); end != std::string::npos) {
      auto message = nlohmann::json::parse(buffer_.substr(0, end), nullptr, false);
      buffer_.erase(0, end + 1);
      if (!message.is_object()) return Fail("QEMU's monitor sent no JSON object");
      return message;
    }
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline - Clock::now());
    pollfd polled{fd_.Get(), POLLIN, 0};
    const int ready = left.count() > 0 ? poll(&polled, 1, static_cast<int>(left.count())) : 0;
    if (ready == 0) return FailErrno("QEMU's monitor", ETIMEDOUT);
    if (ready < 0) continue;
    std::array<char, 4096> bytes{};
    const ssize_t got = recv(fd_.Get(), bytes.data(), bytes.size(), 0);
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) return Fail("QEMU closed its monitor");
    buffer_.append(bytes.data(), static_cast<std::size_t>(got));
    if (buffer_.size() > kMaxMessageBytes) return Fail("QEMU's monitor sent more than a message may hold");
  }
}

Result<nlohmann::json> Qmp::Execute(const std::string& command, const nlohmann::json& arguments,
                                    std::chrono::milliseconds timeout) {
  nlohmann::json request = {{"execute", command}};
  if (!arguments.empty()) request["arguments"] = arguments;
  const std::string text = request.dump() + "\n";
  if (send(fd_.Get(), text.data(), text.size(), MSG_NOSIGNAL) != static_cast<ssize_t>(text.size())) {
    if (errno == EPIPE || errno == ECONNRESET) return Fail(fmt::format("{}: QEMU closed its monitor", command));
    return FailErrno(fmt::format("QEMU's monitor: {}", command), errno);
  }
  const auto deadline = Clock::now() + timeout;
  for (;;) {
    VFQUAL_TRY(auto message, ReadMessage(deadline), command);
    if (message.contains("return")) return std::move(message["return"]);
    if (message.contains("error")) return Fail(fmt::format("{}: {}", command, message["error"].dump()));
    // Anything else is an event that came in between.
  }
}

Result<std::string> Qmp::Monitor(const std::string& line, std::chrono::milliseconds timeout) {
  VFQUAL_TRY(const auto answer, Execute("human-monitor-command", {{"command-line", line}}, timeout), "");
  if (!answer.is_string()) return Fail(fmt::format("{}: the answer is no text", line));
  return answer.get<std::string>();
}

std::optional<int> ForwardedPort(std::string_view info_usernet) {
  // "  TCP[HOST_FORWARD]  12       127.0.0.1 41653       10.0.2.15    22     0     0" (libslirp: src/misc.c).
  std::istringstream lines{std::string(info_usernet)};
  for (std::string line; std::getline(lines, line);) {
    std::istringstream words(line);
    std::string protocol;
    std::string source_address;
    std::string destination_address;
    int descriptor = 0;
    int source_port = 0;
    int destination_port = 0;
    words >> protocol >> descriptor >> source_address >> source_port >> destination_address >> destination_port;
    if (words && protocol == "TCP[HOST_FORWARD]" && destination_port == kSshPort) return source_port;
  }
  return std::nullopt;
}

}  // namespace vfqual
