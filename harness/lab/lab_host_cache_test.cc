#include "harness/lab/lab_host_cache.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <filesystem>
#include <thread>

#include "harness/base/local_host.h"
#include "harness/base/temporary_folder.h"

namespace vfqual {
namespace {

TEST(LabHostCache, IsOfOneImageAndHasCcachesSettings) {
  const auto cache = TemporaryFolder::Make("vfqual-lab-host-cache-test").value();
  LabImages images;
  images.host.folder = "/cache/lab-host-6.12+6.12-0123";
  const auto folder = LabHostCache(cache.Path(), images);
  images.host.folder = "/cache/lab-host-6.12+6.12-4567";
  EXPECT_NE(LabHostCache(cache.Path(), images), folder) << "another compiler or other headers";
  EXPECT_FALSE(LocalHost().Exists(folder.string()).value());
  ASSERT_TRUE(PrepareHostCache(folder));
  EXPECT_THAT(LocalHost().Read((folder / "ccache/ccache.conf").string()).value(),
              testing::HasSubstr("depend_mode = true\n"));
  EXPECT_TRUE(LocalHost().Exists((folder / kCapabilitiesFolder).string()).value());
}

class HostCacheGrowth : public testing::Test {
 protected:
  // Where the machine has it, with a result in it, and its stamp; the kernel's clock of files ticks in between.
  void SetUp() override {
    ASSERT_TRUE(PrepareHostCache(Folder()));
    Make("ccache/oldR");
    Make("libvirt/old.xml");
    Tick();
    Make(kHostCacheStamp, Folder() + "/ccache/oldR\n");
    Tick();
  }
  std::string Folder() const { return root_.Path().string(); }
  void Make(const std::string& name, const std::string& content = {}) {
    ASSERT_TRUE(host_.WriteFile(Folder() + "/" + name, content, 0644));
  }
  bool HasGrown() { return HostCacheHasGrown(host_, Folder()).value(); }
  static void Tick() { std::this_thread::sleep_for(std::chrono::milliseconds(20)); }

  TemporaryFolder root_ = TemporaryFolder::Make("vfqual-lab-host-cache-test").value();
  LocalHost host_;
};

TEST_F(HostCacheGrowth, AResultThatWasFoundAgainIsNoGrowth) {
  std::filesystem::last_write_time(Folder() + "/ccache/oldR", std::filesystem::file_time_type::clock::now());
  Make("ccache/stats");
  EXPECT_FALSE(HasGrown());
}

TEST_F(HostCacheGrowth, ANewResultIs) {
  Make("ccache/newR");
  EXPECT_TRUE(HasGrown());
}

TEST_F(HostCacheGrowth, WhatLibvirtLearnedAnewIs) {
  Make("libvirt/old.xml");
  EXPECT_TRUE(HasGrown());
}

}  // namespace
}  // namespace vfqual
