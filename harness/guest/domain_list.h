// The domains on a host, vfqual's and foreign ones told apart: for `vfqual guest list`, for recovery after a crash, and
// for seeing whether a VF is in use.
#pragma once

#include <string>
#include <vector>

#include "harness/base/result.h"
#include "harness/guest/connection.h"
#include "harness/guest/domain_marker.h"
#include "harness/guest/domain_state.h"

namespace vfqual {

struct ListedDomain {
  std::string name;
  std::string uuid;
  GuestState state;
  DomainFacts facts;

  bool IsOurs() const { return facts.marker.has_value(); }
};

// All domains of the daemon; one that ends while it is being looked at is left out.
Result<std::vector<ListedDomain>> ListDomains(Connection& connection);

// Ends a domain by force. Refuses (blame: input) one that does not exist or lacks vfqual's mark; the mark is read
// again right before. Its files stay.
Status DestroyOurDomain(Connection& connection, const std::string& name);

// The same by UUID, for undoing a journalled change: no error when it is not there.
Status DestroyOurDomainByUuid(Connection& connection, const std::string& uuid);

// Ends all of vfqual's domains, or those of one run when run_id is not empty; returns their names.
Result<std::vector<std::string>> DestroyOurDomains(Connection& connection, const std::string& run_id);

}  // namespace vfqual
