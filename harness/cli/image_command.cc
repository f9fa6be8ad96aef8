#include "harness/cli/image_command.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <cstdio>
#include <filesystem>
#include <future>
#include <memory>
#include <mutex>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "harness/base/folders.h"
#include "harness/base/interrupt_watch.h"
#include "vmimages/build_preview.h"
#include "vmimages/image_builder.h"
#include "vmimages/image_definition.h"

namespace vfqual {

namespace {

struct ImageOptions {
  std::vector<std::string> images;  // "name" or "name+kernel"
  std::string mirror;
  bool rebuild = false;
  bool dry_run = false;
  bool print_json = false;
};

struct Wanted {
  ImageDefinition definition;
  std::string kernel;
  std::string Label() const { return definition.name + "+" + kernel; }
};

struct Folders {
  std::filesystem::path vmimages;
  std::filesystem::path cache;
};

Result<Folders> FindFolders() {
  VFQUAL_TRY(const auto data, DataFolder(), "looking for image definitions");
  VFQUAL_TRY(auto cache, CacheFolder(), "looking for the cache");
  return Folders{data / "vmimages", std::move(cache)};
}

// Every kernel of each named image; all images when none is named.
Result<std::vector<Wanted>> Select(const Folders& folders, std::vector<std::string> names) {
  if (names.empty()) {
    VFQUAL_TRY(names, ListDefinitions(folders.vmimages), "choosing images");
  }
  std::vector<Wanted> wanted;
  for (const auto& name : names) {
    const auto plus = name.find('+');
    VFQUAL_TRY(const auto definition, LoadDefinition(folders.vmimages, name.substr(0, plus)), "choosing images");
    const auto kernel = plus == std::string::npos ? "" : name.substr(plus + 1);
    if (plus != std::string::npos && !definition.kernels.contains(kernel)) {
      std::vector<std::string> known;
      for (const auto& [known_name, source] : definition.kernels) known.push_back(known_name);
      return FailInput(fmt::format("image {} has no kernel \"{}\"", definition.name, kernel),
                       fmt::format("its kernels are: {}", fmt::join(known, ", ")));
    }
    for (const auto& [kernel_name, source] : definition.kernels) {
      if (kernel.empty() || kernel == kernel_name) wanted.push_back({definition, kernel_name});
    }
  }
  return wanted;
}

nlohmann::json Describe(const Wanted& wanted, const Result<Image>& image) {
  nlohmann::json entry{{"name", wanted.definition.name},
                       {"kernel", wanted.kernel},
                       {"distribution", wanted.definition.distribution},
                       {"role", Word(wanted.definition.role)},
                       {"ready", image.has_value()}};
  if (!image) {
    entry["problem"] = image.error().what;
    return entry;
  }
  entry["kernel_release"] = image->kernel_release;
  entry["disk"] = image->disk.string();
  entry["vmlinuz"] = image->vmlinuz.string();
  entry["vmlinux"] = image->vmlinux.string();
  entry["initrd"] = image->initrd.string();
  entry["command_line"] = image->command_line;
  entry["command_line_emulated"] = image->command_line_emulated;
  entry["memory_mib"] = image->memory_mib;
  if (!image->ssh_identity.empty()) {
    entry["ssh_identity"] = image->ssh_identity.string();
    entry["ssh_host_key"] = image->ssh_host_key;
  }
  return entry;
}

Status List(const ImageOptions& options) {
  VFQUAL_TRY(const auto folders, FindFolders(), "listing images");
  VFQUAL_TRY(const auto all, Select(folders, {}), "listing images");
  nlohmann::json entries = nlohmann::json::array();
  for (const auto& wanted : all) {
    const auto image = FindImage(wanted.definition, wanted.kernel, folders.cache);
    entries.push_back(Describe(wanted, image));
    if (options.print_json) continue;
    fmt::print("{:<22} {:<9} {:<10} {}\n", wanted.Label(), entries.back()["role"].get<std::string>(),
               wanted.definition.distribution, image ? "ready, kernel " + image->kernel_release : image.error().what);
  }
  if (options.print_json) fmt::print("{}\n", entries.dump(2));
  return {};
}

Status Preview(const Folders& folders, const std::vector<Wanted>& wanted, const ImageOptions& options) {
  for (const auto& one : wanted) {
    VFQUAL_TRY(const auto lines, PreviewBuild(one.definition, one.kernel, folders.cache, options.mirror), one.Label());
    for (const auto& line : lines) fmt::print("{}\n", line);
  }
  return {};
}

Status Build(const ImageOptions& options) {
  VFQUAL_TRY(const auto folders, FindFolders(), "building images");
  VFQUAL_TRY(const auto wanted, Select(folders, options.images), "building images");
  if (options.dry_run) return Preview(folders, wanted, options);
  const InterruptWatch interrupts;
  std::mutex output;
  BuildOptions build;
  build.cache = folders.cache;
  build.rebuild = options.rebuild;
  build.mirror = options.mirror;
  build.cancelled = [&interrupts] { return interrupts.Interrupted(); };
  build.progress = [&output](std::string_view line) {
    const std::scoped_lock lock(output);
    fmt::print(stderr, "{}\n", line);
  };
  std::vector<std::future<Result<Image>>> builds;
  builds.reserve(wanted.size());
  for (const auto& one : wanted) {
    builds.push_back(
        std::async(std::launch::async, [&one, &build] { return EnsureImage(one.definition, one.kernel, build); }));
  }
  nlohmann::json entries = nlohmann::json::array();
  std::vector<Error> errors;
  for (std::size_t i = 0; i < wanted.size(); ++i) {
    const auto image = builds[i].get();
    entries.push_back(Describe(wanted[i], image));
    if (!image) errors.push_back(image.error());
    if (image && !options.print_json) fmt::print("{:<22} ready, kernel {}\n", wanted[i].Label(), image->kernel_release);
  }
  if (options.print_json) fmt::print("{}\n", entries.dump(2));
  if (!errors.empty()) return tl::unexpected(errors.front());
  return {};
}

Status Check(const ImageOptions& options) {
  VFQUAL_TRY(const auto folders, FindFolders(), "checking images");
  VFQUAL_TRY(const auto wanted, Select(folders, options.images), "checking images");
  nlohmann::json entries = nlohmann::json::array();
  std::vector<Error> errors;
  for (const auto& one : wanted) {
    const auto image = FindImage(one.definition, one.kernel, folders.cache);
    auto entry = Describe(one, image);
    const auto verified = image ? VerifyImage(*image) : Status(tl::unexpected(image.error()));
    entry["whole"] = verified.has_value();
    if (!verified) {
      entry["problem"] = verified.error().what;
      errors.push_back(verified.error());
    }
    if (!options.print_json) fmt::print("{:<22} {}\n", one.Label(), verified ? "whole" : verified.error().what);
    entries.push_back(std::move(entry));
  }
  if (options.print_json) fmt::print("{}\n", entries.dump(2));
  if (!errors.empty()) return tl::unexpected(errors.front());
  return {};
}

}  // namespace

void AddImageCommand(CLI::App& app, CommandOutcome& outcome) {
  auto* image = app.add_subcommand("image", "Images of the lab host and of the guests: list, build, check");
  image->require_subcommand(1);
  const auto options = std::make_shared<ImageOptions>();
  const auto add = [&](const char* name, const char* what, const char* example, Status (*run)(const ImageOptions&)) {
    auto* command = image->add_subcommand(name, what);
    command->footer(std::string("Example:\n  ") + example);
    command->add_flag("--json", options->print_json, "print the facts as JSON");
    command->callback([options, run, &outcome] {
      if (const auto status = run(*options); !status) ReportError(status.error(), outcome);
    });
    return command;
  };
  constexpr const char* kNames = "NAME for every kernel of an image, NAME+KERNEL for one; default: all";
  add("list", "The images and whether they are built", "vfqual image list --json", List);
  auto* build =
      add("build", "Build what is missing or damaged", "vfqual image build lab-host-6.12 debian-13+6.12", Build);
  build->add_option("images", options->images, kNames);
  build->add_flag("--rebuild", options->rebuild, "build again with the archive's newest packages");
  build->add_option("--mirror", options->mirror, "Debian archive to build from; default: the one apt uses");
  build->add_flag("--dry-run", options->dry_run, "print what would be run and written, and do nothing");
  auto* check = add("check", "Compare every file of the built images with its digest", "vfqual image check", Check);
  check->add_option("images", options->images, kNames);
}

}  // namespace vfqual
