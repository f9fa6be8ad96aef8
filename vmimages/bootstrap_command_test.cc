#include "vmimages/bootstrap_command.h"

#include <gmock/gmock.h>

#include <algorithm>

namespace vfqual {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::Pair;

ImageDefinition Definition() {
  ImageDefinition definition;
  definition.name = "lean";
  definition.folder = "/data/vmimages";
  definition.suites = {"trixie"};
  definition.components = {"main"};
  definition.packages = {"systemd", "qemu-guest-agent"};
  definition.exclude = {"/usr/share/doc/*"};
  definition.exclude_lists = {"absent-hardware"};
  definition.initramfs_modules = {"virtio_pci", "virtio_blk"};
  definition.size_mib = 512;
  return definition;
}

const BootstrapPlaces kPlaces{.work = "/cache/work", .debs = "/cache/debs", .authorized_key = "/cache/key.pub"};

TEST(BootstrapCommand, KernelOfTheBaseSuiteNeedsNoSuite) {
  const KernelSource kernel{
      .package = "linux-image-amd64", .headers = "", .suite = "trixie", .command_line_emulated = {}};
  const auto command = BootstrapCommand(Definition(), kernel, {"deb http://m.example/debian trixie main"}, kPlaces);
  EXPECT_THAT(command.argv, Contains("--include=busybox-static,linux-image-amd64,systemd,qemu-guest-agent"));
  ASSERT_GE(command.argv.size(), 3U);
  EXPECT_THAT(std::vector(command.argv.end() - 3, command.argv.end()),
              ElementsAre("trixie", "-", "deb http://m.example/debian trixie main"));
}

TEST(BootstrapCommand, KernelOfAnotherSuiteIsTakenFromThere) {
  const KernelSource kernel{.package = "linux-image-amd64",
                            .headers = "linux-headers-amd64",
                            .suite = "trixie-backports",
                            .command_line_emulated = {}};
  const auto command = BootstrapCommand(Definition(), kernel, {}, kPlaces);
  EXPECT_THAT(command.argv, Contains("--include=busybox-static,linux-image-amd64/trixie-backports,"
                                     "linux-headers-amd64/trixie-backports,systemd,qemu-guest-agent"));
}

TEST(BootstrapCommand, HooksRunInOrderAndKnowTheirPlaces) {
  const KernelSource kernel{
      .package = "linux-image-amd64", .headers = "", .suite = "trixie", .command_line_emulated = {}};
  const auto command = BootstrapCommand(Definition(), kernel, {}, kPlaces);
  std::vector<std::string> hooks;
  std::ranges::copy_if(command.argv, std::back_inserter(hooks),
                       [](const std::string& word) { return word.find("/build-hooks/") != std::string::npos; });
  EXPECT_THAT(hooks, ElementsAre("--setup-hook=/data/vmimages/build-hooks/prepare",
                                 "--customize-hook=/data/vmimages/build-hooks/customise",
                                 "--customize-hook=/data/vmimages/build-hooks/finish",
                                 "--customize-hook=/data/vmimages/build-hooks/make-disk"));
  EXPECT_THAT(command.environment, Contains(Pair("VFQUAL_WORK", "/cache/work")));
  EXPECT_THAT(command.environment, Contains(Pair("VFQUAL_SIZE_MIB", "512")));
  EXPECT_THAT(command.environment, Contains(Pair("VFQUAL_INITRAMFS_MODULES", "virtio_pci virtio_blk")));
  EXPECT_THAT(command.environment, Contains(Pair("VFQUAL_AUTHORIZED_KEY", "/cache/key.pub")));
}

// dpkg's rules are read in this order and the last that matches wins.
TEST(BootstrapCommand, ListsComeBeforeSinglePatterns) {
  const KernelSource kernel{
      .package = "linux-image-amd64", .headers = "", .suite = "trixie", .command_line_emulated = {}};
  const auto argv = BootstrapCommand(Definition(), kernel, {}, kPlaces).argv;
  const auto list = std::ranges::find(argv, "--dpkgopt=/data/vmimages/excludes/absent-hardware");
  const auto pattern = std::ranges::find(argv, "--dpkgopt=path-exclude=/usr/share/doc/*");
  ASSERT_NE(list, argv.end());
  ASSERT_NE(pattern, argv.end());
  EXPECT_LT(list, pattern);
}

}  // namespace
}  // namespace vfqual
