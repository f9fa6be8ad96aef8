#include "module/source/source_spec.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <filesystem>

namespace vfqual {

namespace {

namespace fs = std::filesystem;

constexpr std::array<std::string_view, 5> kSchemes{"https://", "http://", "ssh://", "git://", "file://"};
constexpr const char* kForms =
    "give a folder, a git repository (PATH#REV or URL#REV), a tarball, a .deb, an Arch .pkg.tar.zst, or "
    "dkms:NAME/VERSION";

// "user@host:path", as ssh has it; a local path with a colon in it needs "./".
bool IsScpLike(std::string_view text) {
  const auto at = text.find('@');
  const auto colon = text.find(':');
  return at != std::string_view::npos && colon != std::string_view::npos && at < colon &&
         text.substr(0, colon).find('/') == std::string_view::npos;
}

bool IsUrl(std::string_view text) {
  return IsScpLike(text) ||
         std::ranges::any_of(kSchemes, [text](std::string_view scheme) { return text.starts_with(scheme); });
}

// git-check-ref-format(1), and nothing that git would take for an option or a range.
bool IsSafeRevision(std::string_view text) {
  if (text.empty() || text.size() > 256 || text.front() == '-' || text.find("..") != std::string_view::npos) {
    return false;
  }
  return std::ranges::all_of(text, [](unsigned char letter) {
    return std::isalnum(letter) != 0 ||
           std::string_view("._-/+@").find(static_cast<char>(letter)) != std::string_view::npos;
  });
}

bool IsSafeDkmsPart(std::string_view text) {
  return !text.empty() && text.front() != '.' && text.front() != '-' &&
         std::ranges::all_of(text, [](unsigned char letter) {
           return std::isalnum(letter) != 0 ||
                  std::string_view("._-+~").find(static_cast<char>(letter)) != std::string_view::npos;
         });
}

Result<SourceSpec> ParseDkms(const std::string& spec) {
  const std::string id = spec.substr(spec.find(':') + 1);
  const auto slash = id.find('/');
  if (slash == std::string::npos || !IsSafeDkmsPart(id.substr(0, slash)) || !IsSafeDkmsPart(id.substr(slash + 1))) {
    return FailInput(fmt::format("'{}' is no module of DKMS", spec),
                     "write dkms:NAME/VERSION, as `dkms status` has it");
  }
  return SourceSpec{SourceKind::kDkms, id, ""};
}

}  // namespace

Result<SourceSpec> ParseSourceSpec(const std::string& spec, const std::string& revision) {
  if (spec.empty()) return FailInput("a module's source has no name", kForms);
  if (spec.size() > 4096 || spec.find('\0') != std::string::npos)
    return FailInput("a source's name is too long", kForms);
  if (spec.starts_with("dkms:")) {
    if (!revision.empty()) return FailInput(fmt::format("{}: --rev is for git repositories", spec));
    return ParseDkms(spec);
  }
  SourceSpec parsed{SourceKind::kGit, spec, revision};
  std::error_code error;
  const bool whole_exists = fs::exists(spec, error);
  const auto hash = whole_exists ? std::string::npos : spec.rfind('#');
  if (hash != std::string::npos) {
    if (!revision.empty()) return FailInput(fmt::format("{}: names a revision, and --rev another", spec));
    parsed.place = spec.substr(0, hash);
    parsed.revision = spec.substr(hash + 1);
  }
  if ((hash != std::string::npos || !revision.empty()) && !IsSafeRevision(parsed.revision)) {
    return FailInput(fmt::format("'{}' is no revision", parsed.revision), "name a commit, a tag or a branch");
  }
  if (IsUrl(parsed.place) && !whole_exists) return parsed;
  if (parsed.place.find("::") != std::string::npos && !fs::exists(parsed.place, error)) {
    return FailInput(fmt::format("'{}' is no URL that is taken", parsed.place), kForms);
  }
  const auto status = fs::status(parsed.place, error);
  if (!fs::exists(status)) return FailInput(fmt::format("there is no '{}'", parsed.place), kForms);
  if (fs::is_directory(status)) {
    parsed.place = fs::canonical(parsed.place, error).string();
    if (error) return FailInput(fmt::format("cannot read {}: {}", parsed.place, error.message()));
    if (parsed.revision.empty()) parsed.kind = SourceKind::kFolder;
    return parsed;
  }
  if (!fs::is_regular_file(status))
    return FailInput(fmt::format("'{}' is neither folder nor file", parsed.place), kForms);
  if (!parsed.revision.empty()) return FailInput(fmt::format("'{}' is no git repository", parsed.place), kForms);
  parsed.kind = SourceKind::kTarball;
  return parsed;
}

}  // namespace vfqual
