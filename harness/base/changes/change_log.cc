#include "harness/base/changes/change_log.h"

#include <fmt/format.h>
#include <fmt/ostream.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cerrno>
#include <ostream>
#include <sstream>
#include <utility>

#include "harness/base/changes/left_running.h"
#include "harness/base/strict_json.h"

namespace vfqual {

namespace {

constexpr const char* kChangesFolder = "/var/lib/vfqual";
constexpr const char* kBootIdFile = "/proc/sys/kernel/random/boot_id";
constexpr std::chrono::minutes kUndoTimeout{15};  // an initramfs made anew on a slow host

// True where an attribute could not be written because what it belongs to went away, or was put back already: a VF's
// folder goes with the VF, and a driver's `unbind` and the bus's `drivers_probe` answer ENODEV for a device that the
// driver does not hold or that is not there (drivers/base/bus.c).
bool IsGone(Host& host, const std::string& path, int sys_errno) {
  if (sys_errno == ENODEV) return path.ends_with("/unbind") || path.ends_with("/drivers_probe");
  return sys_errno == ENOENT && !host.Exists(path).value_or(true);
}

}  // namespace

ChangeLog::ChangeLog(Host& host, Observer observer, DomainDestroyer destroy_domain)
    : host_(host), observer_(std::move(observer)), destroy_domain_(std::move(destroy_domain)) {
  boot_id_ = host_.ReadTrimmed(kBootIdFile).value_or("");
}

ChangeLog ChangeLog::DryRun(Host& host, std::ostream& out) {
  ChangeLog log(host, {}, {});
  log.dry_run_ = &out;
  return log;
}

Status ChangeLog::Persist() {
  std::string text;
  for (const auto& record : pending_) {
    const nlohmann::json line = {{"id", record.id},
                                 {"what", record.what},
                                 {"target", record.target},
                                 {"boot_id", record.boot_id},
                                 {"undo", ToJson(record.undo)}};
    text += line.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace) + "\n";
  }
  if (text.empty()) {
    VFQUAL_CHECK(host_.Remove(kChangesFile), "");
    static_cast<void>(host_.Remove(kChangesFolder));  // where it holds other things, it stays
    return {};
  }
  return host_.WriteFile(kChangesFile, text, 0600);
}

Result<int> ChangeLog::Record(const std::string& what, const std::string& target, const std::string& after, Undo undo) {
  ChangeRecord record{next_id_++, what, target, boot_id_, std::move(undo)};
  if (observer_.on_change) observer_.on_change(record, after);
  const int id = record.id;
  if (record.undo.kind == Undo::Kind::kNone) {
    covered_.push_back(id);
    return id;
  }
  pending_.push_back(std::move(record));
  VFQUAL_CHECK(Persist(), "journalling a change before it is made");
  return id;
}

Result<Completed> ChangeLog::Run(const std::string& what, const Command& command, Undo undo) {
  const std::string line = fmt::format("{}", fmt::join(command.argv, " "));
  if (dry_run_ != nullptr) {
    fmt::print(*dry_run_, "would run    {}    # {}\n", line, what);
    return Completed{};
  }
  VFQUAL_TRY(const int id, Record(what, line, "", std::move(undo)), what);
  static_cast<void>(id);
  Command marked = command;
  marked.environment.push_back(ChangeMark());
  return host_.Run(marked);
}

Status ChangeLog::WriteAttribute(const std::string& what, const std::string& path, const std::string& value) {
  if (dry_run_ != nullptr) return WriteAttribute(what, path, value, Undo::Nothing());
  VFQUAL_TRY(auto before, host_.ReadTrimmed(path), what);
  if (before == "(null)") before = "\n";  // an unset driver_override reads as (null), and is cleared by a newline
  return WriteAttribute(what, path, value, Undo::Attribute(path, before));
}

Status ChangeLog::WriteAttribute(const std::string& what, const std::string& path, const std::string& value,
                                 Undo undo) {
  if (dry_run_ != nullptr) {
    fmt::print(*dry_run_, "would write  {} > {}    # {}\n", value == "\n" ? "(newline)" : value, path, what);
    return {};
  }
  VFQUAL_TRY(const int id, Record(what, path, value, std::move(undo)), what);
  auto written = host_.WriteAttribute(path, value);
  if (!written) {
    // Nothing changed, so nothing is to be undone.
    std::erase_if(pending_, [id](const ChangeRecord& record) { return record.id == id; });
    VFQUAL_CHECK(Persist(), what);
    return AddContext(std::move(written).error(), what);
  }
  return {};
}

Result<int> ChangeLog::Announce(const std::string& what, const std::string& target, Undo undo) {
  if (dry_run_ != nullptr) {
    fmt::print(*dry_run_, "would make   {}    # {}\n", target, what);
    return 0;
  }
  return Record(what, target, "", std::move(undo));
}

Status ChangeLog::Carry(const Undo& undo) {
  switch (undo.kind) {
    case Undo::Kind::kNone:
      return {};
    case Undo::Kind::kAttribute: {
      auto written = host_.WriteAttribute(undo.path, undo.value);
      if (!written && IsGone(host_, undo.path, written.error().sys_errno)) return {};
      return written;
    }
    case Undo::Kind::kCommand: {
      if (!undo.path.empty()) {
        VFQUAL_TRY(const bool exists, host_.Exists(undo.path), "");
        if (!exists) return {};
      }
      Command command;
      command.argv = undo.argv;
      command.timeout = kUndoTimeout;
      VFQUAL_TRY(const auto completed, host_.Run(command), "");
      if (!completed.Ok()) return Fail(fmt::format("{}: {}", fmt::join(undo.argv, " "), completed.Describe()));
      return {};
    }
    case Undo::Kind::kRemoveFile:
      return host_.Remove(undo.path);
    case Undo::Kind::kDomain:
      return destroy_domain_ ? destroy_domain_(undo.value) : Fail("no way to reach libvirt");
  }
  return {};
}

Status ChangeLog::UndoOne(int id) {
  const auto found =
      std::find_if(pending_.begin(), pending_.end(), [id](const ChangeRecord& record) { return record.id == id; });
  if (found == pending_.end()) return {};
  VFQUAL_CHECK(Carry(found->undo), fmt::format("undoing '{}'", found->what));
  if (observer_.on_undone) observer_.on_undone(id, found->undo.Describe());
  pending_.erase(found);
  return Persist();
}

Status ChangeLog::UndoAll() {
  std::vector<std::pair<int, Undo::Kind>> newest_first;
  for (auto record = pending_.rbegin(); record != pending_.rend(); ++record) {
    newest_first.emplace_back(record->id, record->undo.kind);
  }
  Status first_error;
  bool guest_lives = false;
  for (const auto& [id, kind] : newest_first) {
    // Taking a VF from a guest that lives waits for ever (vfio_unregister_group_dev), and would harm the guest.
    if (guest_lives && kind != Undo::Kind::kDomain) continue;
    auto undone = UndoOne(id);
    if (undone) continue;
    guest_lives = guest_lives || kind == Undo::Kind::kDomain;
    if (first_error) first_error = std::move(undone);
  }
  if (guest_lives) {
    return Fail(first_error.error().Message() + "; all below the guests stays as it is",
                "end the guests (virsh list, virsh destroy), then put the rest back: vfqual recover");
  }
  if (!first_error) return first_error;
  for (const int id : covered_) {
    if (observer_.on_undone) observer_.on_undone(id, "went with what it belongs to");
  }
  covered_.clear();
  return first_error;
}

Status ChangeLog::Keep() {
  pending_.clear();
  covered_.clear();
  return dry_run_ != nullptr ? Status() : Persist();
}

Result<std::vector<ChangeRecord>> LoadPendingChanges(Host& host) {
  std::vector<ChangeRecord> records;
  VFQUAL_TRY(const bool exists, host.Exists(kChangesFile), "");
  if (!exists) return records;
  VFQUAL_TRY(const auto text, host.Read(kChangesFile), "");
  std::istringstream lines(text);
  std::string line;
  for (int number = 1; std::getline(lines, line); ++number) {
    const std::string source = fmt::format("{}:{}", kChangesFile, number);
    VFQUAL_TRY(const auto value, ParseJson(line, source), "");
    ObjectReader reader(value, source, "");
    ChangeRecord record;
    record.id = static_cast<int>(reader.Integer("id", 1, 1 << 30));
    record.what = reader.String("what");
    record.target = reader.String("target");
    record.boot_id = reader.String("boot_id");
    const auto& undo = reader.Value("undo", true);
    VFQUAL_CHECK(reader.Finish(), "");
    VFQUAL_TRY(record.undo, UndoFromJson(undo, source), "");
    records.push_back(std::move(record));
  }
  return records;
}

Status RecoverChanges(Host& host, const ChangeLog::DomainDestroyer& destroy_domain, std::ostream& out) {
  VFQUAL_TRY(auto records, LoadPendingChanges(host), "reading what an earlier run left");
  if (records.empty()) return {};
  VFQUAL_CHECK(WaitForLeftRunning(host, out), "");
  ChangeLog::Observer observer;
  observer.on_undone = [&out](int /*id*/, const std::string& how) { fmt::print(out, "recover: {}\n", how); };
  ChangeLog log(host, std::move(observer), destroy_domain);
  for (auto& record : records) {
    // A reboot undid everything that lives in the running kernel, and the user's own set-up may have run since.
    if (record.boot_id == log.boot_id_ || record.undo.survives_reboot) log.pending_.push_back(std::move(record));
  }
  VFQUAL_CHECK(log.Persist(), "");
  return log.UndoAll();
}

}  // namespace vfqual
