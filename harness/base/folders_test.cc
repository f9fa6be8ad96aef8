#include "harness/base/folders.h"

#include <gmock/gmock.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <string>

namespace vfqual {
namespace {

namespace fs = std::filesystem;

// NOLINTBEGIN(concurrency-mt-unsafe): tests run on one thread
class FoldersTest : public testing::Test {
 protected:
  FoldersTest() {
    for (const char* name : {"VFQUAL_DATA_DIR", "VFQUAL_CACHE", "XDG_CACHE_HOME"}) unsetenv(name);
    setenv("HOME", (folder_ / "home").c_str(), 1);
  }
  ~FoldersTest() override {
    setenv("HOME", home_.c_str(), 1);
    fs::remove_all(folder_);
  }
  const fs::path folder_ = fs::temp_directory_path() / ("vfqual-folders-" + std::to_string(getpid()));
  const std::string home_ = std::getenv("HOME");
};

TEST_F(FoldersTest, CacheIsTheFirstThatIsSet) {
  EXPECT_EQ(CacheFolder().value(), folder_ / "home/.cache/vfqual");
  setenv("XDG_CACHE_HOME", (folder_ / "xdg").c_str(), 1);
  EXPECT_EQ(CacheFolder().value(), folder_ / "xdg/vfqual");
  setenv("VFQUAL_CACHE", (folder_ / "own").c_str(), 1);
  EXPECT_EQ(CacheFolder().value(), folder_ / "own");
  EXPECT_TRUE(fs::is_directory(folder_ / "own"));
}

TEST_F(FoldersTest, CacheThatCannotBeMadeIsAnError) {
  setenv("VFQUAL_CACHE", "/proc/vfqual", 1);
  EXPECT_THAT(CacheFolder().error().fix, testing::HasSubstr("VFQUAL_CACHE"));
}

TEST_F(FoldersTest, DataIsTheSourceTreeUnlessToldOtherwise) {
  EXPECT_EQ(DataFolder().value(), VFQUAL_SOURCE_DIR);
  fs::create_directories(folder_ / "share/vmimages");
  setenv("VFQUAL_DATA_DIR", (folder_ / "share").c_str(), 1);
  EXPECT_EQ(DataFolder().value(), folder_ / "share");
  setenv("VFQUAL_DATA_DIR", (folder_ / "none").c_str(), 1);
  EXPECT_EQ(DataFolder().error().blame, Blame::kInput);
}
// NOLINTEND(concurrency-mt-unsafe)

}  // namespace
}  // namespace vfqual
