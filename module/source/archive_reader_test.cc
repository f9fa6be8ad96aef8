#include "module/source/archive_reader.h"

#include <gmock/gmock.h>
#include <sys/stat.h>

#include "harness/base/temporary_folder.h"
#include "module/source/testing_archives.h"

namespace vfqual {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;
using testing_archives::RunTool;

class ArchiveReaderTest : public testing::Test {
 protected:
  ArchiveReaderTest() { testing_archives::MakeModule(Here()); }
  fs::path Here() const { return folder_.Path(); }
  Result<UnpackedArchive> Unpack(const std::string& name, TreeLimits limits = {}) {
    std::error_code error;
    fs::remove_all(Here() / "out", error);
    UnpackOptions options;
    options.limits = limits;
    return UnpackArchive(Here() / name, Here() / "out", Here() / "work", options);
  }
  void CutShort(const std::string& name, double part) {
    fs::resize_file(Here() / name,
                    static_cast<std::uintmax_t>(static_cast<double>(fs::file_size(Here() / name)) * part));
  }
  TemporaryFolder folder_ = TemporaryFolder::Make("arch").value();
};

TEST_F(ArchiveReaderTest, ReadsEveryUsualCompression) {
  for (const char* option : {"--gzip", "--bzip2", "--xz", "--zstd", "--no-auto-compress"}) {
    RunTool(Here(), {"tar", option, "-cf", "m.tar", "m-1.0"});
    const auto unpacked = Unpack("m.tar");
    ASSERT_TRUE(unpacked) << option << ": " << unpacked.error().Message();
    EXPECT_EQ(unpacked->kind, ArchiveKind::kTarball);
    EXPECT_TRUE(fs::is_regular_file(Here() / "out/m-1.0/src/m.c"));
    EXPECT_TRUE(fs::is_symlink(Here() / "out/m-1.0/m.c"));
  }
}

TEST_F(ArchiveReaderTest, OfPackagesTakesWhatLiesUnderUsrSrc) {
  fs::create_directories(Here() / "root/usr/src");
  fs::create_directories(Here() / "root/etc");
  fs::rename(Here() / "m-1.0", Here() / "root/usr/src/m-1.0");
  fs::create_symlink("/etc/shadow", Here() / "root/etc/link");
  testing_archives::MakeDeb(Here(), Here() / "root", Here() / "m.deb");
  const auto deb = Unpack("m.deb");
  ASSERT_TRUE(deb) << deb.error().Message();
  EXPECT_EQ(deb->kind, ArchiveKind::kDeb);
  EXPECT_TRUE(fs::exists(Here() / "out/m-1.0/dkms.conf"));
  EXPECT_FALSE(fs::exists(Here() / "out/etc"));
  EXPECT_FALSE(fs::exists(Here() / "work/data.tar"));

  std::ofstream(Here() / "root/.PKGINFO") << "pkgname = m-dkms\n";
  RunTool(Here(), {"tar", "--zstd", "-C", "root", "-cf", "m.pkg.tar.zst", ".PKGINFO", "usr", "etc"});
  const auto pacman = Unpack("m.pkg.tar.zst");
  ASSERT_TRUE(pacman) << pacman.error().Message();
  EXPECT_EQ(pacman->kind, ArchiveKind::kPacman);
  EXPECT_TRUE(fs::exists(Here() / "out/m-1.0/dkms.conf"));
  EXPECT_FALSE(fs::exists(Here() / "out/etc"));
}

TEST_F(ArchiveReaderTest, PathsThatLeadOutAreRefused) {
  RunTool(Here(), {"tar", "-P", "--transform=s,^m-1.0/src,../evil,", "-cf", "up.tar", "m-1.0"});
  RunTool(Here(), {"tar", "-P", "--transform=s,^m-1.0/src,/tmp/vfqual-evil,", "-cf", "abs.tar", "m-1.0"});
  for (const char* name : {"up.tar", "abs.tar"}) {
    const auto refused = Unpack(name);
    ASSERT_FALSE(refused) << name;
    EXPECT_EQ(refused.error().blame, Blame::kInput);
  }
  EXPECT_THAT(Unpack("up.tar").error().what, HasSubstr("'..'"));
  EXPECT_FALSE(fs::exists(Here() / "evil"));
  EXPECT_FALSE(fs::exists("/tmp/vfqual-evil"));
}

TEST_F(ArchiveReaderTest, PipesAreRefused) {
  ASSERT_EQ(mkfifo((Here() / "m-1.0/pipe").c_str(), 0600), 0);
  RunTool(Here(), {"tar", "-cf", "m.tar", "m-1.0"});
  EXPECT_THAT(Unpack("m.tar").error().what, HasSubstr("a pipe"));
}

TEST_F(ArchiveReaderTest, WhatIsCutShortIsToldAsThat) {
  std::ofstream(Here() / "m-1.0/big") << std::string(300'000, 'x') << Here().string();
  fs::create_directories(Here() / "root/usr/src");
  fs::rename(Here() / "m-1.0", Here() / "root/usr/src/m-1.0");
  testing_archives::MakeDeb(Here(), Here() / "root", Here() / "m.deb");
  RunTool(Here(), {"tar", "--gzip", "-cf", "m.tgz", "root"});
  CutShort("m.deb", 0.7);
  CutShort("m.tgz", 0.7);
  for (const char* name : {"m.deb", "m.tgz"}) {
    const auto refused = Unpack(name);
    ASSERT_FALSE(refused) << name;
    EXPECT_EQ(refused.error().blame, Blame::kInput);
    EXPECT_THAT(refused.error().what, HasSubstr("cut short")) << name;
  }
  CutShort("m.deb", 0.1);
  EXPECT_FALSE(Unpack("m.deb"));
}

TEST_F(ArchiveReaderTest, ABombStopsAtTheLimit) {
  {
    std::ofstream big(Here() / "m-1.0/zeros");
    big.seekp(std::streamoff{64} << 20);
    big << '\n';
  }
  RunTool(Here(), {"tar", "--xz", "-cf", "bomb.tar.xz", "m-1.0"});
  EXPECT_LT(fs::file_size(Here() / "bomb.tar.xz"), std::uintmax_t{1} << 20U);
  EXPECT_THAT(Unpack("bomb.tar.xz", {.bytes = std::uint64_t{8} << 20U, .entries = 100}).error().what,
              HasSubstr("unpacks to more than 8 MiB"));
}

TEST_F(ArchiveReaderTest, WhatIsNoArchiveIsRefused) {
  std::ofstream(Here() / "text") << "no archive at all\n";
  std::ofstream(Here() / "empty");
  EXPECT_EQ(Unpack("text").error().blame, Blame::kInput);
  EXPECT_FALSE(Unpack("nowhere"));
}

}  // namespace
}  // namespace vfqual
