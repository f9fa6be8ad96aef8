#include "vmimages/build_preview.h"

#include <fmt/format.h>

#include "harness/base/local_host.h"
#include "vmimages/artefact.h"
#include "vmimages/bootstrap_command.h"
#include "vmimages/debian_archive.h"

namespace vfqual {

namespace {

// For reading and for pasting into a shell.
std::string Quoted(const std::string& word) {
  constexpr std::string_view kSpecial = " \t\n\"'$`\\*?[]{}()<>|&;~#!";
  return word.find_first_of(kSpecial) == std::string::npos ? word : fmt::format("'{}'", word);
}

}  // namespace

Result<std::vector<std::string>> PreviewBuild(const ImageDefinition& definition, const std::string& kernel,
                                              const std::filesystem::path& cache, const std::string& mirror) {
  VFQUAL_TRY(const auto artefact, LocateArtefact(definition, kernel, cache, MissingKey::kLeave), "previewing a build");
  if (OpenArtefact(definition, artefact, CheckDepth::kQuick)) {
    return std::vector{fmt::format("ready: {}", artefact.folder.string())};
  }
  LocalHost host;
  const auto& source = definition.kernels.at(artefact.kernel);
  auto archive = FindArchive(host);
  if (!mirror.empty()) archive.main = mirror;
  VFQUAL_TRY(const auto sources, SourceLines(definition, source, archive), "previewing a build");
  const BootstrapPlaces places{artefact.folder.string() + ".building", cache / "debs", artefact.identity.public_key};
  std::string run = "run:";
  for (const auto& word : BootstrapCommand(definition, source, sources, places).argv) run += " " + Quoted(word);
  return std::vector{run,
                     fmt::format("write: {}/{{disk.raw,vmlinuz,initrd,config,image.json}}", artefact.folder.string())};
}

}  // namespace vfqual
