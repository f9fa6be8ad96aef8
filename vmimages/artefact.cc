#include "vmimages/artefact.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <vector>

#include "vmimages/artefact_key.h"

namespace vfqual {

namespace {

namespace fs = std::filesystem;

constexpr std::size_t kShortKey = 12;

Result<std::string> KernelName(const ImageDefinition& definition, const std::string& kernel) {
  std::vector<std::string> names;
  for (const auto& [name, source] : definition.kernels) names.push_back(name);
  if (kernel.empty() && names.size() == 1) return names.front();
  if (definition.kernels.contains(kernel)) return kernel;
  return FailInput(kernel.empty() ? fmt::format("image {} has several kernels: name one", definition.name)
                                  : fmt::format("image {} has no kernel \"{}\"", definition.name, kernel),
                   fmt::format("its kernels are: {}", fmt::join(names, ", ")));
}

std::string JoinWords(const std::vector<std::string>& words, const std::vector<std::string>& more,
                      const std::vector<std::string>& yet_more) {
  auto all = words;
  all.insert(all.end(), more.begin(), more.end());
  all.insert(all.end(), yet_more.begin(), yet_more.end());
  return fmt::format("{}", fmt::join(all, " "));
}

}  // namespace

Result<Artefact> LocateArtefact(const ImageDefinition& definition, const std::string& kernel, const fs::path& cache,
                                MissingKey missing_key) {
  Artefact artefact;
  VFQUAL_TRY(artefact.kernel, KernelName(definition, kernel), "choosing an image");
  if (definition.role != ImageRole::kGuest) {
    VFQUAL_TRY(artefact.identity, missing_key == MissingKey::kMake ? EnsureSshIdentity(cache) : ReadSshIdentity(cache),
               definition.name);
  }
  VFQUAL_TRY(artefact.key, ArtefactKey(definition, artefact.kernel, artefact.identity.public_key_text),
             definition.name);
  artefact.folder =
      cache / "images" / fmt::format("{}+{}-{}", definition.name, artefact.kernel, artefact.key.substr(0, kShortKey));
  return artefact;
}

Result<Image> OpenArtefact(const ImageDefinition& definition, const Artefact& artefact, CheckDepth depth) {
  VFQUAL_TRY(const auto manifest, ReadManifest(artefact.folder), definition.name);
  if (manifest.key != artefact.key) return Fail(fmt::format("{}: is of another build", artefact.folder.string()));
  VFQUAL_CHECK(CheckFiles(manifest, artefact.folder, depth), definition.name);
  Image image;
  image.name = definition.name;
  image.kernel = artefact.kernel;
  image.kernel_release = manifest.kernel_release;
  image.role = definition.role;
  image.distribution = definition.distribution;
  image.folder = artefact.folder;
  image.disk = artefact.folder / "disk.raw";
  image.vmlinuz = artefact.folder / "vmlinuz";
  image.vmlinux = artefact.folder / "vmlinux";
  image.initrd = artefact.folder / "initrd";
  image.command_line = JoinWords(definition.command_line, {}, {});
  image.command_line_emulated = JoinWords(definition.command_line, definition.command_line_emulated,
                                          definition.kernels.at(artefact.kernel).command_line_emulated);
  image.memory_mib = definition.memory_mib;
  image.ssh_identity = artefact.identity.private_key;
  image.ssh_host_key = manifest.ssh_host_key;
  return image;
}

}  // namespace vfqual
