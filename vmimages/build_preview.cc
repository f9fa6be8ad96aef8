#include "vmimages/build_preview.h"

#include <fmt/format.h>

#include "harness/base/local_host.h"
#include "harness/base/ssh_quote.h"
#include "vmimages/apt_sources.h"
#include "vmimages/artefact.h"
#include "vmimages/bootstrap_command.h"

namespace vfqual {

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
  const auto command = BootstrapCommand(definition, source, sources, places);
  return std::vector{
      "run: " + QuoteAllForShell(command.argv),
      fmt::format("write: {}/{{disk.raw,vmlinuz,vmlinux,initrd,config,image.json}}", artefact.folder.string())};
}

}  // namespace vfqual
