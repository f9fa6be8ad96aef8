// Every change that vfqual makes on a host goes through here: journalled first, then made, later put back, newest
// first. The journal outlives the process (kill -9): RecoverChanges undoes what a dead run left behind.
#pragma once

#include <functional>
#include <iosfwd>
#include <map>
#include <string>
#include <vector>

#include "harness/base/changes/undo.h"
#include "harness/base/host.h"

namespace vfqual {

inline constexpr const char* kChangesFile = "/var/lib/vfqual/changes.jsonl";

struct ChangeRecord {
  int id = 0;
  std::string what;     // "create 2 VFs"
  std::string target;   // "/sys/…/sriov_numvfs"
  std::string boot_id;  // of the boot in which it was made
  Undo undo;
};

class ChangeLog {
 public:
  struct Observer {
    std::function<void(const ChangeRecord&, const std::string& after)> on_change;  // before it is made
    std::function<void(int id, const std::string& how)> on_undone;
  };
  // Ends one of vfqual's libvirt domains by its name; no error when it is not there.
  using DomainDestroyer = std::function<Status(const std::string& name)>;

  // Makes changes on `host`.
  ChangeLog(Host& host, Observer observer, DomainDestroyer destroy_domain);
  // Makes none: prints each as a command or a file write.
  static ChangeLog DryRun(Host& host, std::ostream& out);

  bool IsDryRun() const { return dry_run_ != nullptr; }

  // A command that changes the host. In a dry run it answers exit code 0 with no output.
  Result<Completed> Run(const std::string& what, const Command& command, Undo undo);
  // Writes an attribute and puts the value back that it has now.
  Status WriteAttribute(const std::string& what, const std::string& path, const std::string& value);
  // The same with an undo that the caller knows better.
  Status WriteAttribute(const std::string& what, const std::string& path, const std::string& value, Undo undo);
  // A change that the caller makes itself right after this returned (a domain). In a dry run only printed.
  Result<int> Announce(const std::string& what, const std::string& target, Undo undo);

  // Undoes one change now, or all that are left, newest first. Goes on after an error; the first one is returned.
  // Where a domain cannot be ended only domains are undone further: what they use stays, journalled.
  Status UndoOne(int id);
  Status UndoAll();
  // What was changed is to stay: nothing of it is undone any more, also not by recover.
  Status Keep();
  std::size_t Pending() const { return pending_.size(); }

 private:
  friend Status RecoverChanges(Host& host, const DomainDestroyer& destroy_domain, std::ostream& out);

  Result<int> Record(const std::string& what, const std::string& target, const std::string& after, Undo undo);
  Status Persist();
  Status Carry(const Undo& undo);

  Host& host_;
  Observer observer_;
  DomainDestroyer destroy_domain_;
  std::ostream* dry_run_ = nullptr;
  std::string boot_id_;
  int next_id_ = 1;
  std::vector<ChangeRecord> pending_;
  std::vector<int> covered_;  // changes without an undo of their own
};

// What a dead run left, oldest first; empty when there is nothing.
Result<std::vector<ChangeRecord>> LoadPendingChanges(Host& host);

// Undoes it, telling each step on `out`. What cannot be undone stays in the journal, and is an error.
Status RecoverChanges(Host& host, const ChangeLog::DomainDestroyer& destroy_domain, std::ostream& out);

}  // namespace vfqual
