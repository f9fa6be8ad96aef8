#include "module/releases.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <functional>

#include "harness/base/strict_json.h"

namespace vfqual {

extern const std::string_view kModuleReleasesJson;

namespace {

constexpr const char* kSource = "releases.json";

bool Holds(const std::vector<std::string>& list, const std::string& item) {
  return std::find(list.begin(), list.end(), item) != list.end();
}

DottedVersion ReadVersion(ObjectReader& reader, const char* key) {
  const auto text = reader.String(key);
  const auto version = ParseDottedVersion(text);
  if (!version) reader.Reject(reader.PlaceOf(key), fmt::format("'{}' is no version", text));
  return version.value_or(DottedVersion{});
}

Status ReadList(const nlohmann::json& list, const std::string& place, const std::function<void(ObjectReader&)>& read) {
  for (std::size_t index = 0; index < list.size(); ++index) {
    ObjectReader reader(list[index], kSource, fmt::format("{}/{}", place, index));
    read(reader);
    VFQUAL_CHECK(reader.Finish(), "");
  }
  return {};
}

Result<ModuleRelease> ReadRelease(const nlohmann::json& entry, const std::string& place) {
  ObjectReader reader(entry, kSource, place);
  ModuleRelease release;
  release.version = reader.String("version");
  const auto& kernels = reader.Value("kernels", true);
  VFQUAL_CHECK(reader.Finish(), "");
  VFQUAL_CHECK(ReadList(kernels, place + "/kernels",
                        [&release](ObjectReader& span) {
                          release.kernels.push_back({ReadVersion(span, "from"), ReadVersion(span, "to")});
                        }),
               "");
  return release;
}

}  // namespace

std::string DottedVersion::ToString() const {
  return fmt::format("{}.{}.{}", major, minor, patch);
}

std::optional<DottedVersion> ParseDottedVersion(std::string_view text) {
  DottedVersion version;
  const char* at = text.data();
  const char* end = at + text.size();
  int parts = 0;
  for (int* part : {&version.major, &version.minor, &version.patch}) {
    const auto parsed = std::from_chars(at, end, *part);
    if (parsed.ec != std::errc()) break;
    ++parts;
    at = parsed.ptr;
    if (at == end || *at != '.') break;
    ++at;
  }
  if (parts < 2) return std::nullopt;
  return version;
}

bool ModuleRelease::Serves(const DottedVersion& kernel) const {
  const DottedVersion series{kernel.major, kernel.minor, 0};
  return std::any_of(kernels.begin(), kernels.end(),
                     [&series](const KernelSpan& span) { return span.from <= series && series <= span.to; });
}

std::string ModuleRelease::Range() const {
  std::string text;
  for (const auto& [from, to] : kernels) {
    text += fmt::format("{}{}.{}", text.empty() ? "" : ", ", from.major, from.minor);
    if (from != to) text += fmt::format("-{}.{}", to.major, to.minor);
  }
  return text;
}

const ModuleRelease* ModuleReleases::Find(const std::string& version) const {
  const auto found = std::find_if(releases.begin(), releases.end(),
                                  [&](const ModuleRelease& release) { return release.version == version; });
  return found == releases.end() ? nullptr : &*found;
}

const KernelHole* ModuleReleases::HoleFor(const std::string& version, const DottedVersion& kernel) const {
  const auto found = std::find_if(holes.begin(), holes.end(), [&](const KernelHole& hole) {
    return Holds(hole.releases, version) && hole.from <= kernel && kernel < hole.below;
  });
  return found == holes.end() ? nullptr : &*found;
}

const CompilerHole* ModuleReleases::CompilerHoleFor(const std::string& version, int gcc) const {
  const auto found = std::find_if(compilers.begin(), compilers.end(), [&](const CompilerHole& hole) {
    return Holds(hole.releases, version) && hole.gcc == gcc;
  });
  return found == compilers.end() ? nullptr : &*found;
}

const GucNeed* ModuleReleases::GucFor(const std::string& version, const std::string& driver,
                                      const std::string& platform) const {
  const GucNeed* newest = nullptr;
  for (const auto& need : guc) {
    if (need.driver != driver || !Holds(need.platforms, platform)) continue;
    // Releases are named after days, so that their names sort as they came.
    if (!version.empty() && need.since > version) continue;
    if (newest == nullptr || newest->since < need.since) newest = &need;
  }
  return newest;
}

Result<ModuleReleases> LoadModuleReleases() {
  VFQUAL_TRY(const auto document, ParseJson(std::string(kModuleReleasesJson), kSource), "");
  ObjectReader top(document, kSource, "");
  ModuleReleases all;
  top.String("schema");
  top.String("source");
  all.name = top.String("name");
  const auto& releases = top.Value("releases", true);
  const auto& holes = top.Value("holes", true);
  const auto& compilers = top.Value("compilers", true);
  const auto& guc = top.Value("guc", true);
  VFQUAL_CHECK(top.Finish(), "");
  for (std::size_t index = 0; index < releases.size(); ++index) {
    VFQUAL_TRY(auto release, ReadRelease(releases[index], fmt::format("/releases/{}", index)), "");
    all.releases.push_back(std::move(release));
  }
  VFQUAL_CHECK(ReadList(holes, "/holes",
                        [&all](ObjectReader& hole) {
                          all.holes.push_back({hole.Strings("releases"), ReadVersion(hole, "from"),
                                               ReadVersion(hole, "below"), hole.String("remedy")});
                        }),
               "");
  constexpr int kMostGcc = 99;
  VFQUAL_CHECK(
      ReadList(compilers, "/compilers",
               [&all](ObjectReader& hole) {
                 all.compilers.push_back({hole.Strings("releases"), static_cast<int>(hole.Integer("gcc", 1, kMostGcc)),
                                          hole.String("remedy")});
               }),
      "");
  VFQUAL_CHECK(ReadList(guc, "/guc",
                        [&all](ObjectReader& need) {
                          all.guc.push_back({need.String("since"), need.String("driver"), need.Strings("platforms"),
                                             need.String("file"), ReadVersion(need, "version"), need.Boolean("exact")});
                        }),
               "");
  return all;
}

}  // namespace vfqual
