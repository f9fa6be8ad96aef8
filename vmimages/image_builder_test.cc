// EnsureImage with a stand-in for mmdebstrap first in PATH: what is cached, noticed and built again.
#include "vmimages/image_builder.h"

#include <gmock/gmock.h>
#include <unistd.h>

#include <cstdlib>
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
using testing::Not;

// Writes what the hooks would; the kernel is a setup header in front of a gzip payload. Each call leaves a mark.
constexpr const char* kMmdebstrap = R"(#!/bin/sh
echo built >>"$VFQUAL_TEST_MARKS"
[ ! -e "$VFQUAL_TEST_MARKS.fail" ] || { cat "$VFQUAL_TEST_MARKS.fail" >&2; exit 25; }
out=$VFQUAL_WORK/out
{
  head -c 497 /dev/zero; printf '\000'; head -c 16 /dev/zero; printf 'HdrS'
  head -c 66 /dev/zero; printf '\120\000\000\000'; cat "$VFQUAL_WORK/payload-length"
  cat "$VFQUAL_WORK/payload"
} >"$out/vmlinuz" 2>/dev/null
echo "I: disk of 64 MiB"
echo disk >"$out/disk.raw"; echo initrd >"$out/initrd"; printf '6.12.1-amd64' >"$out/kernel-release"
)";

class ImageBuilderTest : public testing::Test {
 protected:
  ImageBuilderTest() {
    fs::create_directories(folder_ / "bin");
    for (const char* name : {"build-hooks", "initramfs", "overlays/base/etc"}) fs::create_directories(vmimages_ / name);
    Write(vmimages_ / "build-hooks/prepare", "prepare");
    Write(vmimages_ / "initramfs/init", "init");
    Write(vmimages_ / "overlays/base/etc/motd", "hello");
    WriteMmdebstrap();
    setenv("VFQUAL_TEST_MARKS", (folder_ / "marks").c_str(), 1);  // NOLINT(concurrency-mt-unsafe): one thread
    setenv("PATH", ((folder_ / "bin").string() + ":" + path_before_).c_str(), 1);  // NOLINT(concurrency-mt-unsafe)
    definition_.name = "lean";
    definition_.folder = vmimages_;
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
    options_.progress = [this](std::string_view line) { progress_.emplace_back(line); };
    fs::create_directories(options_.cache);
  }
  ~ImageBuilderTest() override {
    setenv("PATH", path_before_.c_str(), 1);  // NOLINT(concurrency-mt-unsafe)
    fs::remove_all(folder_);
  }

  static void Write(const fs::path& path, const std::string& text) { std::ofstream(path) << text; }

  void WriteMmdebstrap() const {
    // The payload: `vmlinux` by gzip, with four bytes of size behind it.
    Write(folder_ / "elf", "the kernel");
    const auto script = std::string(kMmdebstrap);
    const auto fixed = std::string("#!/bin/sh\ngzip -nc ") + (folder_ / "elf").string() +
                       " >\"$VFQUAL_WORK/payload\"; printf SIZE >>\"$VFQUAL_WORK/payload\"\n"
                       "size=$(stat -c %s \"$VFQUAL_WORK/payload\")\n"
                       "printf \"\\\\$(printf %o $size)\\\\000\\\\000\\\\000\" >\"$VFQUAL_WORK/payload-length\"\n" +
                       script.substr(script.find('\n') + 1);
    Write(folder_ / "bin/mmdebstrap", fixed);
    fs::permissions(folder_ / "bin/mmdebstrap", fs::perms::owner_all);
  }

  int Builds() const {
    std::ifstream marks(folder_ / "marks");
    int count = 0;
    for (std::string line; std::getline(marks, line);) ++count;
    return count;
  }

  Result<Image> Ensure() { return EnsureImage(definition_, "6.12", options_); }

  const fs::path folder_ = fs::temp_directory_path() / ("vfqual-builder-" + std::to_string(getpid()));
  const fs::path vmimages_ = folder_ / "vmimages";
  const std::string path_before_ = std::getenv("PATH");  // NOLINT(concurrency-mt-unsafe)
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
  Write(vmimages_ / "overlays/base/etc/motd", "changed");
  const auto second = Ensure().value().folder;
  EXPECT_NE(first, second);
  definition_.command_line = {"root=/dev/vda"};
  definition_.memory_mib = 512;
  const auto third = Ensure().value();
  EXPECT_EQ(third.folder, second);
  EXPECT_EQ(third.command_line, "root=/dev/vda");
  EXPECT_EQ(Builds(), 2);
}

TEST_F(ImageBuilderTest, RebuildIsAskedFor) {
  ASSERT_TRUE(Ensure().has_value());
  options_.rebuild = true;
  ASSERT_TRUE(Ensure().has_value());
  EXPECT_EQ(Builds(), 2);
}

TEST_F(ImageBuilderTest, FailureLeavesNothingButTheLog) {
  Write(folder_ / "marks.fail", "E: Unable to locate package nothing\n");
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
  Write(folder_ / "marks.fail", "E: no\n");
  options_.rebuild = true;
  EXPECT_FALSE(Ensure().has_value());
  EXPECT_TRUE(FindImage(definition_, "6.12", options_.cache).has_value());
}

TEST_F(ImageBuilderTest, CancelledBuildSaysSo) {
  options_.cancelled = [] { return true; };
  Write(folder_ / "bin/mmdebstrap", "#!/bin/sh\nexec sleep 60\n");
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
