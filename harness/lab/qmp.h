// QEMU's monitor protocol over its socket (QEMU: docs/interop/qmp-spec.rst), as far as the lab needs it.
#pragma once

#include <chrono>
#include <filesystem>
#include <functional>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>

#include "harness/base/result.h"
#include "harness/base/unique_fd.h"

namespace vfqual {

class Qmp {
 public:
  // Connects and negotiates. The socket may not be there yet: tried until the time is up or `give_up` says so.
  static Result<Qmp> Connect(const std::filesystem::path& socket, std::chrono::milliseconds timeout,
                             const std::function<bool()>& give_up);

  // The command's "return"; an error tells QEMU's own.
  Result<nlohmann::json> Execute(const std::string& command, const nlohmann::json& arguments,
                                 std::chrono::milliseconds timeout);
  // A command of the human monitor: its text.
  Result<std::string> Monitor(const std::string& line, std::chrono::milliseconds timeout);

 private:
  explicit Qmp(UniqueFd fd) : fd_(std::move(fd)) {}
  Result<nlohmann::json> ReadMessage(std::chrono::steady_clock::time_point deadline);

  UniqueFd fd_;
  std::string buffer_;
};

// The port of 127.0.0.1 that leads to port 22 of the machine, out of the text of "info usernet". Nothing when it is not
// among the forwardings.
std::optional<int> ForwardedPort(std::string_view info_usernet);

}  // namespace vfqual
