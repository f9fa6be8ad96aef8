#include "harness/guest/domain_list.h"

#include <fmt/format.h>

#include <functional>
#include <memory>
#include <utility>

namespace vfqual {

namespace {

using RawDomains = std::vector<std::unique_ptr<LibvirtDomain>>;

Result<RawDomains> ListRaw(Connection& connection) {
  auto domains = connection.Raw().ListAll();
  if (!domains)
    return tl::unexpected(ToError(domains.error(), fmt::format("list the domains of {}", connection.Uri())));
  return *std::move(domains);
}

// Null: it ended meanwhile.
Result<std::unique_ptr<ListedDomain>> LookAt(LibvirtDomain& raw) {
  auto listed = std::make_unique<ListedDomain>();
  listed->name = raw.Name();
  listed->uuid = raw.Uuid();
  const auto state = raw.GetState();
  const auto xml = raw.GetXml();
  for (const LibvirtError* error : {state ? nullptr : &state.error(), xml ? nullptr : &xml.error()}) {
    if (error == nullptr) continue;
    if (IsNoDomain(*error)) return nullptr;
    return tl::unexpected(ToError(*error, fmt::format("look at domain {}", listed->name)));
  }
  listed->state = FromLibvirt(*state);
  listed->facts = ReadDomainFacts(*xml);
  return listed;
}

Status DestroyRaw(LibvirtDomain& raw, const std::string& name) {
  const auto destroyed = raw.Destroy();
  if (destroyed || IsNoDomain(destroyed.error())) return {};
  return tl::unexpected(ToError(destroyed.error(), fmt::format("destroy {}", name)));
}

enum class Foreign { kRefuse, kSkip };

// Ends what `chosen` picks, after a fresh look at its mark; returns the names.
Result<std::vector<std::string>> DestroyIf(Connection& connection,
                                           const std::function<bool(const ListedDomain&)>& chosen, Foreign foreign) {
  VFQUAL_TRY(const RawDomains domains, ListRaw(connection), "");
  std::vector<std::string> ended;
  for (const auto& raw : domains) {
    VFQUAL_TRY(const auto listed, LookAt(*raw), "");
    if (!listed || !chosen(*listed)) continue;
    if (!listed->IsOurs()) {
      if (foreign == Foreign::kSkip) continue;
      return FailInput(fmt::format("domain {} is not vfqual's", listed->name),
                       "vfqual only touches domains that it created; use virsh for others");
    }
    VFQUAL_CHECK(DestroyRaw(*raw, listed->name), "");
    ended.push_back(listed->name);
  }
  return ended;
}

}  // namespace

Result<std::vector<ListedDomain>> ListDomains(Connection& connection) {
  VFQUAL_TRY(const RawDomains domains, ListRaw(connection), "");
  std::vector<ListedDomain> listed;
  for (const auto& raw : domains) {
    VFQUAL_TRY(auto domain, LookAt(*raw), "");
    if (domain) listed.push_back(std::move(*domain));
  }
  return listed;
}

Status DestroyOurDomain(Connection& connection, const std::string& name) {
  const auto chosen = [&](const ListedDomain& domain) { return domain.name == name; };
  VFQUAL_TRY(const auto ended, DestroyIf(connection, chosen, Foreign::kRefuse), "");
  if (ended.empty()) return FailInput(fmt::format("there is no domain {}", name), "`vfqual guest list` shows them");
  return {};
}

Status DestroyOurDomainByUuid(Connection& connection, const std::string& uuid) {
  const auto chosen = [&](const ListedDomain& domain) { return domain.uuid == uuid; };
  VFQUAL_TRY([[maybe_unused]] const auto ended, DestroyIf(connection, chosen, Foreign::kRefuse), "");
  return {};
}

Result<std::vector<std::string>> DestroyOurDomains(Connection& connection, const std::string& run_id) {
  const auto chosen = [&](const ListedDomain& domain) {
    return domain.IsOurs() && (run_id.empty() || domain.facts.marker->run_id == run_id);
  };
  return DestroyIf(connection, chosen, Foreign::kSkip);
}

}  // namespace vfqual
