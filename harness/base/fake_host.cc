#include "harness/base/fake_host.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <cerrno>
#include <set>

namespace vfqual {

Status FakeHost::Injected(const std::string& path) const {
  const auto error = path_errors_.find(path);
  if (error != path_errors_.end()) return FailErrno(fmt::format("fake {}", path), error->second);
  return {};
}

Result<Completed> FakeHost::Run(const Command& command) {
  commands_.push_back(command.argv);
  const std::string line = fmt::format("{}", fmt::join(command.argv, " "));
  const std::function<Completed(const Command&)>* best = nullptr;
  std::size_t best_length = 0;
  for (const auto& [prefix, answer] : answers_) {
    if (line.starts_with(prefix) && (best == nullptr || prefix.size() >= best_length)) {
      best = &answer;
      best_length = prefix.size();
    }
  }
  if (best == nullptr) return FailErrno(fmt::format("start {}", command.argv.at(0)), ENOENT);
  Completed completed = (*best)(command);
  if (command.on_output) command.on_output(completed.out);
  return completed;
}

Result<std::string> FakeHost::ReadFile(const std::string& path, std::size_t max_bytes) {
  VFQUAL_CHECK(Injected(path), "");
  const auto file = files_.find(path);
  if (file == files_.end()) return FailErrno(fmt::format("read {}", path), ENOENT);
  return file->second.substr(0, max_bytes);
}

Status FakeHost::WriteAttribute(const std::string& path, std::string_view content) {
  writes_.push_back({path, std::string(content)});
  VFQUAL_CHECK(Injected(path), "");
  const auto file = files_.find(path);
  if (file == files_.end()) return FailErrno(fmt::format("write {}", path), ENOENT);
  file->second = content;
  if (const auto reaction = reactions_.find(path); reaction != reactions_.end()) {
    reaction->second(std::string(content));
  }
  return {};
}

Status FakeHost::WriteFile(const std::string& path, std::string_view content, unsigned /*mode*/) {
  writes_.push_back({path, std::string(content)});
  VFQUAL_CHECK(Injected(path), "");
  files_[path] = content;
  return {};
}

Result<std::vector<std::string>> FakeHost::List(const std::string& path) {
  VFQUAL_CHECK(Injected(path), "");
  const std::string prefix = path.ends_with('/') ? path : path + "/";
  std::set<std::string> names;
  const auto collect = [&](const auto& entries) {
    for (const auto& [name, value] : entries) {
      if (name.starts_with(prefix))
        names.insert(name.substr(prefix.size(), name.find('/', prefix.size()) - prefix.size()));
    }
  };
  collect(files_);
  collect(links_);
  if (names.empty()) return FailErrno(fmt::format("list {}", path), ENOENT);
  return std::vector<std::string>(names.begin(), names.end());
}

Result<std::string> FakeHost::ReadLink(const std::string& path) {
  VFQUAL_CHECK(Injected(path), "");
  const auto link = links_.find(path);
  if (link == links_.end()) return FailErrno(fmt::format("read link {}", path), ENOENT);
  return link->second;
}

Result<bool> FakeHost::Exists(const std::string& path) {
  if (files_.contains(path) || links_.contains(path)) return true;
  return List(path).has_value();
}

Status FakeHost::Remove(const std::string& path) {
  VFQUAL_CHECK(Injected(path), "");
  files_.erase(path);
  links_.erase(path);
  return {};
}

void FakeHost::Answer(const std::string& prefix, Completed completed) {
  answers_[prefix] = [completed = std::move(completed)](const Command&) { return completed; };
}

void FakeHost::Answer(const std::string& prefix, std::function<Completed(const Command&)> answer) {
  answers_[prefix] = std::move(answer);
}

void FakeHost::OnWrite(const std::string& path, std::function<void(const std::string&)> reaction) {
  reactions_[path] = std::move(reaction);
}

}  // namespace vfqual
