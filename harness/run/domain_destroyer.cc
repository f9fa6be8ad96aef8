#include "harness/run/domain_destroyer.h"

#include <algorithm>

#include "harness/guest/connection.h"
#include "harness/guest/domain_list.h"

namespace vfqual {

ChangeLog::DomainDestroyer MakeDomainDestroyer(const std::string& uri) {
  return [uri](const std::string& name) -> Status {
    auto api = LoadLibvirt();
    if (!api) return {};
    VFQUAL_TRY(const auto connection, Connection::Open(std::move(*api), uri), "");
    VFQUAL_TRY(const auto domains, ListDomains(*connection), "");
    const bool there =
        std::any_of(domains.begin(), domains.end(), [&](const ListedDomain& domain) { return domain.name == name; });
    return there ? DestroyOurDomain(*connection, name) : Status{};
  };
}

}  // namespace vfqual
