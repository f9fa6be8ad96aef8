#include "harness/lab/lab_qemu.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "harness/base/fake_host.h"

namespace vfqual {
namespace {

constexpr auto kCached = "/cache/qemu/current/usr/bin/qemu-system-x86_64";

Completed Version(const std::string& text) {
  Completed completed;
  completed.out = fmt::format("QEMU emulator version {}\nCopyright (c) 2003-2025 Fabrice Bellard\n", text);
  return completed;
}

TEST(LabQemu, TheOneOfTheCacheComesFirst) {
  FakeHost host;
  host.SetFile(kCached, "");
  host.Answer(fmt::format("{} --version", kCached), Version("10.0.2 (Debian 1:10.0.2+ds-2)"));
  host.Answer("qemu-system-x86_64 --version", Version("7.2.22 (Debian 1:7.2+dfsg-7)"));
  const auto qemu = FindLabQemu(host, "/cache").value();
  EXPECT_EQ(qemu.program, kCached);
  EXPECT_EQ(qemu.version, "10.0.2");
  EXPECT_TRUE(qemu.is_private);
}

TEST(LabQemu, OneThatDoesNotStartDoesNotCount) {
  FakeHost host;
  host.SetFile(kCached, "");
  Completed broken;
  broken.exit_code = 127;
  host.Answer(fmt::format("{} --version", kCached), broken);
  host.Answer("qemu-system-x86_64 --version", Version("7.2.22 (Debian 1:7.2+dfsg-7)"));
  const auto qemu = FindLabQemu(host, "/cache").value();
  EXPECT_EQ(qemu.program, "qemu-system-x86_64");
  EXPECT_EQ(qemu.version, "7.2.22");
  EXPECT_FALSE(qemu.is_private);
}

TEST(LabQemu, NoneIsAnError) {
  FakeHost host;
  const auto qemu = FindLabQemu(host, "/cache");
  ASSERT_FALSE(qemu);
  EXPECT_THAT(qemu.error().Message(), testing::HasSubstr("the lab needs QEMU"));
}

}  // namespace
}  // namespace vfqual
