#include "vmimages/manifest.h"

#include <gmock/gmock.h>
#include <unistd.h>

#include <chrono>
#include <filesystem>
#include <fstream>

namespace vfqual {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;

class ManifestTest : public testing::Test {
 protected:
  ManifestTest() {
    fs::create_directories(folder_);
    Write("disk.raw", "disk");
    Write("initrd", "initrd");
    manifest_.name = "lean";
    manifest_.kernel = "6.12";
    manifest_.kernel_release = "6.12.1-amd64";
    manifest_.key = "abc";
    manifest_.built = "2026-01-02T03:04:05Z";
    manifest_.build_seconds = 12.5;
    manifest_.files = DescribeFiles(folder_, {"disk.raw", "initrd"}).value();
  }
  ~ManifestTest() override { fs::remove_all(folder_); }

  void Write(const char* name, const char* text) const { std::ofstream(folder_ / name) << text; }

  const fs::path folder_ = fs::temp_directory_path() / ("vfqual-manifest-" + std::to_string(getpid()));
  ImageManifest manifest_;
};

TEST_F(ManifestTest, ComesBackAsItWasWritten) {
  Write("image.json", FormatManifest(manifest_).c_str());
  const auto read = ReadManifest(folder_);
  ASSERT_TRUE(read.has_value()) << read.error().Message();
  EXPECT_EQ(read->name, "lean");
  EXPECT_EQ(read->kernel_release, "6.12.1-amd64");
  EXPECT_EQ(read->build_seconds, 12.5);
  EXPECT_EQ(read->files, manifest_.files);
}

TEST_F(ManifestTest, MissingOrCutShortIsAnError) {
  EXPECT_EQ(ReadManifest(folder_).error().sys_errno, ENOENT);
  const auto text = FormatManifest(manifest_);
  Write("image.json", text.substr(0, text.size() / 2).c_str());
  EXPECT_THAT(ReadManifest(folder_).error().Message(), HasSubstr("not valid JSON"));
}

TEST_F(ManifestTest, WholeFilesPassBothChecks) {
  EXPECT_TRUE(CheckFiles(manifest_, folder_, CheckDepth::kQuick).has_value());
  EXPECT_TRUE(CheckFiles(manifest_, folder_, CheckDepth::kThorough).has_value());
}

TEST_F(ManifestTest, QuickCheckNoticesSizeTimeAndAbsence) {
  Write("disk.raw", "longer disk");
  EXPECT_THAT(CheckFiles(manifest_, folder_, CheckDepth::kQuick).error().what, HasSubstr("11 bytes, must have 4"));
  Write("disk.raw", "DISK");
  fs::last_write_time(folder_ / "disk.raw", fs::file_time_type::clock::now() + std::chrono::seconds(5));
  EXPECT_THAT(CheckFiles(manifest_, folder_, CheckDepth::kQuick).error().what, HasSubstr("changed"));
  fs::remove(folder_ / "disk.raw");
  EXPECT_EQ(CheckFiles(manifest_, folder_, CheckDepth::kQuick).error().sys_errno, ENOENT);
}

// A failing disk changes bytes behind the file system's back: only the digest tells.
TEST_F(ManifestTest, ThoroughCheckNoticesContent) {
  const auto time = fs::last_write_time(folder_ / "disk.raw");
  Write("disk.raw", "dusk");
  fs::last_write_time(folder_ / "disk.raw", time);
  EXPECT_TRUE(CheckFiles(manifest_, folder_, CheckDepth::kQuick).has_value());
  EXPECT_THAT(CheckFiles(manifest_, folder_, CheckDepth::kThorough).error().what, HasSubstr("sha256"));
}

}  // namespace
}  // namespace vfqual
