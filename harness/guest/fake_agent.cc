#include "harness/guest/fake_agent.h"

#include <libvirt/virterror.h>

#include <nlohmann/json.hpp>

#include "harness/guest/base64.h"

namespace vfqual {

namespace {

using nlohmann::json;

std::string Returned(json value) {
  return json{{"return", std::move(value)}}.dump();
}

// How libvirt tells an error that the agent answered with.
tl::unexpected<LibvirtError> AgentError(const std::string& text) {
  return tl::unexpected(LibvirtError{VIR_ERR_INTERNAL_ERROR, VIR_FROM_QEMU,
                                     "internal error: unable to execute QEMU agent command: " + text});
}

}  // namespace

void FakeAgent::Answer(const std::string& prefix, Completed completed, int polls) {
  programs_[prefix] = {std::move(completed), polls};
}

std::function<LibvirtResult<std::string>(const std::string&)> FakeAgent::Script() {
  return [this](const std::string& request) { return Handle(request); };
}

LibvirtResult<std::string> FakeAgent::Start(const std::string& line) {
  const Running* best = nullptr;
  std::size_t best_length = 0;
  for (const auto& [prefix, program] : programs_) {
    if (line.starts_with(prefix) && (best == nullptr || prefix.size() >= best_length)) {
      best = &program;
      best_length = prefix.size();
    }
  }
  if (best == nullptr) return AgentError("Failed to execute child process (No such file or directory)");
  running_[next_id_] = *best;
  return Returned({{"pid", next_id_++}});
}

void FakeAgent::Kill(const std::string& line) {
  const auto pid = running_.find(std::stoll(line.substr(line.find_last_of(' '))));
  if (pid == running_.end()) return;
  pid->second.completed.exit_code = line.find("-KILL") != std::string::npos ? 128 + 9 : 128 + 15;
  pid->second.polls_left = 1;
}

LibvirtResult<std::string> FakeAgent::Handle(const std::string& request) {
  requests_.push_back(request);
  const json command = json::parse(request);
  const std::string name = command.at("execute");
  const json arguments = command.value("arguments", json::object());
  if (name == "guest-ping") return Returned(json::object());
  if (name == "guest-exec") {
    std::string line = arguments.at("path");
    for (const auto& word : arguments.value("arg", json::array())) line += " " + word.get<std::string>();
    started_.push_back(line);
    if (!line.starts_with("/bin/kill ")) return Start(line);
    Kill(line);
    return Returned({{"pid", next_id_++}});
  }
  if (name == "guest-exec-status") {
    const auto program = running_.find(arguments.at("pid"));
    if (program == running_.end()) return AgentError("Invalid parameter 'pid'");
    if (--program->second.polls_left > 0) return Returned({{"exited", false}});
    const Completed completed = program->second.completed;
    running_.erase(program);
    json status = {{"exited", true}};
    if (completed.exit_code > 128) {
      status["signal"] = completed.exit_code - 128;
    } else {
      status["exitcode"] = completed.exit_code;
    }
    if (!completed.out.empty()) status["out-data"] = EncodeBase64(completed.out);
    if (!completed.err.empty()) status["err-data"] = EncodeBase64(completed.err);
    if (completed.truncated) status["out-truncated"] = true;
    return Returned(std::move(status));
  }
  if (name == "guest-file-open") {
    const std::string path = arguments.at("path");
    if (arguments.value("mode", "r") == "w") files_[path].clear();
    if (!files_.contains(path)) return AgentError("failed to open file '" + path + "'");
    open_[next_id_] = {path, 0};
    return Returned(next_id_++);
  }
  if (!arguments.contains("handle") || !open_.contains(arguments.at("handle"))) return AgentError("no such handle");
  OpenFile& file = open_.at(arguments.at("handle"));
  if (name == "guest-file-read") {
    const std::string piece = files_.at(file.path).substr(file.offset, arguments.at("count").get<std::size_t>());
    file.offset += piece.size();
    const bool end = file.offset == files_.at(file.path).size();
    return Returned({{"count", piece.size()}, {"buf-b64", EncodeBase64(piece)}, {"eof", end}});
  }
  if (name == "guest-file-seek") {
    file.offset = arguments.at("offset").get<std::size_t>();
    return Returned({{"position", file.offset}, {"eof", false}});
  }
  if (name == "guest-file-write") {
    const auto bytes = DecodeBase64(arguments.at("buf-b64").get<std::string>());
    if (!bytes) return AgentError("bad base64");
    files_[file.path].replace(file.offset, bytes->size(), *bytes);
    file.offset += bytes->size();
    return Returned({{"count", bytes->size()}, {"eof", false}});
  }
  if (name == "guest-file-close") {
    open_.erase(arguments.at("handle").get<std::int64_t>());
    return Returned(json::object());
  }
  return AgentError("The command " + name + " has not been found");
}

}  // namespace vfqual
