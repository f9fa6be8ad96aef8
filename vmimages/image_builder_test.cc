// EnsureImage with a stand-in for mmdebstrap: what is cached, noticed and built again.
#include "vmimages/image_builder.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <unistd.h>

#include <chrono>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

namespace vfqual {
namespace {

namespace fs = std::filesystem;
using testing::Contains;
using testing::HasSubstr;
using testing::IsEmpty;

// A kernel as a bzImage: nothing but the setup header in front of "the kernel" by gzip and four bytes of size.
std::string BzImage() {
  constexpr std::size_t kPayloadAt = 1024;
  const std::string payload(
      "\x1f\x8b\x08\x00\x00\x00\x00\x00\x02\xff\x2b\xc9\x48\x55\xc8\x4e\x2d\xca\x4b\xcd\xe1\x02\x00\xb3\x03\x2c\xe6\x0b"
      "\x00\x00\x00SIZE",
      35);
  std::string image(kPayloadAt, '\0');
  image[0x1f1] = 1;
  image.replace(0x202, 4, "HdrS");
  image[0x24c] = static_cast<char>(payload.size());
  return image + payload;
}

class ImageBuilderTest : public testing::Test {
 protected:
  ImageBuilderTest() {
    for (const char* name :
         {"cache", "files", "vmimages/build-hooks", "vmimages/initramfs", "vmimages/overlays/base/etc"}) {
      fs::create_directories(folder_ / name);
    }
    Write("vmimages/build-hooks/prepare", "prepare");
    Write("vmimages/initramfs/init", "init");
    Write("vmimages/overlays/base/etc/motd", "hello");
    Write("files/vmlinuz", BzImage());
    Write("files/disk.raw", "disk");
    Write("files/initrd", "initrd");
    Write("files/kernel-release", "6.12.1-amd64");
    WriteMmdebstrap(
        fmt::format("echo built >>{0}/marks\n"
                    "[ ! -e {0}/failure ] || {{ cat {0}/failure >&2; exit 25; }}\n"
                    "echo 'I: disk of 64 MiB'\ncp {0}/files/* \"$VFQUAL_WORK/out/\"\n",
                    folder_.string()));
    definition_.name = "lean";
    definition_.folder = folder_ / "vmimages";
    definition_.suites = {"trixie"};
    definition_.components = {"main"};
    definition_.overlays = {"base"};
    definition_.kernels["6.12"] = {
        .package = "linux-image-amd64", .headers = "", .suite = "trixie", .command_line_emulated = {"noxsave"}};
    definition_.command_line = {"root=/dev/vda", "quiet"};
    definition_.command_line_emulated = {"mitigations=off"};
    definition_.size_mib = 64;
    definition_.memory_mib = 256;
    options_.cache = folder_ / "cache";
    options_.mmdebstrap = folder_ / "mmdebstrap";
    options_.progress = [this](std::string_view line) { progress_.emplace_back(line); };
  }
  ~ImageBuilderTest() override { fs::remove_all(folder_); }

  void Write(const char* name, const std::string& text) const {
    std::ofstream(folder_ / name, std::ios::binary) << text;
  }
  void WriteMmdebstrap(const std::string& script) const {
    Write("mmdebstrap", "#!/bin/sh\n" + script);
    fs::permissions(folder_ / "mmdebstrap", fs::perms::owner_all);
  }

  int Builds() const {
    std::ifstream marks(folder_ / "marks");
    int count = 0;
    for (std::string line; std::getline(marks, line);) ++count;
    return count;
  }

  Result<Image> Ensure() { return EnsureImage(definition_, "6.12", options_); }

  const fs::path folder_ = fs::temp_directory_path() / ("vfqual-builder-" + std::to_string(getpid()));
  ImageDefinition definition_;
  BuildOptions options_;
  std::vector<std::string> progress_;
};

TEST_F(ImageBuilderTest, BuildsOnceAndFindsItAgain) {
  const auto image = Ensure();
  ASSERT_TRUE(image.has_value()) << image.error().Message();
  EXPECT_EQ(image->kernel_release, "6.12.1-amd64");
  EXPECT_EQ(image->command_line, "root=/dev/vda quiet");
  EXPECT_EQ(image->command_line_emulated, "root=/dev/vda quiet mitigations=off noxsave");
  std::ifstream vmlinux(image->vmlinux);
  std::string text;
  std::getline(vmlinux, text);
  EXPECT_EQ(text, "the kernel");
  EXPECT_THAT(progress_, Contains(HasSubstr("disk of 64 MiB")));
  ASSERT_TRUE(Ensure().has_value());
  EXPECT_EQ(Builds(), 1);
  EXPECT_TRUE(VerifyImage(*image).has_value());
  EXPECT_TRUE(FindImage(definition_, "", options_.cache).has_value());
}

TEST_F(ImageBuilderTest, DamagedOrHalfWrittenIsBuiltAgain) {
  const auto image = Ensure().value();
  fs::resize_file(image.disk, 3);
  EXPECT_FALSE(FindImage(definition_, "6.12", options_.cache).has_value());
  ASSERT_TRUE(Ensure().has_value());
  EXPECT_EQ(Builds(), 2);
  EXPECT_THAT(progress_, Contains(HasSubstr("built again")));
  fs::remove(image.folder / "image.json");
  ASSERT_TRUE(Ensure().has_value());
  EXPECT_EQ(Builds(), 3);
}

TEST_F(ImageBuilderTest, WhatDecidesTheFilesDecidesTheKey) {
  const auto first = Ensure().value().folder;
  Write("vmimages/overlays/base/etc/motd", "changed");
  const auto second = Ensure().value().folder;
  EXPECT_NE(first, second);
  definition_.command_line = {"root=/dev/vda"};
  definition_.memory_mib = 512;
  const auto third = Ensure().value();
  EXPECT_EQ(third.folder, second);
  EXPECT_EQ(third.command_line, "root=/dev/vda");
  EXPECT_EQ(Builds(), 2);
}

TEST_F(ImageBuilderTest, OldArtefactsGoButForTheOneBefore) {
  const auto build = [&](const char* motd) {
    Write("vmimages/overlays/base/etc/motd", motd);
    return Ensure().value().folder;
  };
  const auto first = build("one");
  const auto second = build("two");
  EXPECT_TRUE(fs::exists(first));
  fs::last_write_time(first, fs::last_write_time(second) - std::chrono::hours(1));
  const auto third = build("three");
  EXPECT_FALSE(fs::exists(first));
  EXPECT_TRUE(fs::exists(second));
  EXPECT_TRUE(fs::exists(third));
}

TEST_F(ImageBuilderTest, RebuildIsAskedFor) {
  ASSERT_TRUE(Ensure().has_value());
  options_.rebuild = true;
  ASSERT_TRUE(Ensure().has_value());
  EXPECT_EQ(Builds(), 2);
}

TEST_F(ImageBuilderTest, FailureLeavesNothingButTheLog) {
  Write("failure", "E: Unable to locate package nothing\n");
  const auto image = Ensure();
  ASSERT_FALSE(image.has_value());
  EXPECT_EQ(image.error().blame, Blame::kHarness);
  EXPECT_THAT(image.error().Message(), HasSubstr("Unable to locate package nothing"));
  std::vector<std::string> left;
  for (const auto& entry : fs::directory_iterator(options_.cache / "images")) left.push_back(entry.path().extension());
  EXPECT_THAT(left, testing::UnorderedElementsAre(".log", ".lock"));
}

TEST_F(ImageBuilderTest, FailedRebuildKeepsTheOldImage) {
  ASSERT_TRUE(Ensure().has_value());
  Write("failure", "E: no\n");
  options_.rebuild = true;
  EXPECT_FALSE(Ensure().has_value());
  EXPECT_TRUE(FindImage(definition_, "6.12", options_.cache).has_value());
}

TEST_F(ImageBuilderTest, CancelledBuildSaysSo) {
  options_.cancelled = [] { return true; };
  WriteMmdebstrap("exec sleep 60\n");
  const auto image = Ensure();
  ASSERT_FALSE(image.has_value());
  EXPECT_THAT(image.error().Message(), HasSubstr("cancelled"));
}

TEST_F(ImageBuilderTest, UnknownKernelListsTheKnownOnes) {
  const auto image = EnsureImage(definition_, "5.10", options_);
  ASSERT_FALSE(image.has_value());
  EXPECT_EQ(image.error().blame, Blame::kInput);
  EXPECT_THAT(image.error().fix, HasSubstr("6.12"));
  EXPECT_EQ(Builds(), 0);
}

TEST_F(ImageBuilderTest, FindingTouchesNothing) {
  definition_.role = ImageRole::kLabHost;
  EXPECT_FALSE(FindImage(definition_, "6.12", options_.cache).has_value());
  EXPECT_THAT(std::vector(fs::directory_iterator(options_.cache), fs::directory_iterator()), IsEmpty());
}

}  // namespace
}  // namespace vfqual
