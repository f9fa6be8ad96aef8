// `vfqual module install` and `vfqual host configure` on a host that boots by GRUB: what they set up is there after a
// reboot, and nothing of it after the way back and another one; what fails or is killed is taken back. An emulated boot
// takes most of a minute, so one host goes through two such rounds, each by other ways.
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <iostream>
#include <set>
#include <sstream>

#include "harness/labtests/boot_host.h"
#include "harness/labtests/stand_in_package.h"

namespace vfqual {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

constexpr const char* kModule = VFQUAL_SOURCE_DIR "/module/lab-gpu";
constexpr const char* kVfqual = "/run/vfqual/payload/bin/vfqual";

std::set<std::string> Lines(const std::string& text) {
  std::istringstream stream(text);
  std::set<std::string> lines;
  for (std::string line; std::getline(stream, line);) lines.insert(line);
  return lines;
}

// "" where the states are the same; else "- line" for what is gone and "+ line" for what is new.
std::string Difference(const std::string& before, const std::string& after) {
  const auto old_lines = Lines(before);
  const auto new_lines = Lines(after);
  std::string text;
  for (const auto& line : old_lines) text += new_lines.contains(line) ? "" : "- " + line + "\n";
  for (const auto& line : new_lines) text += old_lines.contains(line) ? "" : "+ " + line + "\n";
  return text;
}

// A machine owner key of the test: k.pem, and its certificate k.der.
bool MakeSigningKeys(const std::filesystem::path& folder) {
  std::filesystem::create_directories(folder);
  Command command;
  command.argv = {"openssl",
                  "req",
                  "-new",
                  "-x509",
                  "-newkey",
                  "rsa:2048",
                  "-nodes",
                  "-days",
                  "1",
                  "-subj",
                  "/CN=vfqual boot test/",
                  "-keyout",
                  (folder / "k.pem").string(),
                  "-outform",
                  "DER",
                  "-out",
                  (folder / "k.der").string()};
  const auto made = RunProcess(command);
  return made && made->Ok();
}

class BootTest : public testing::Test {
 protected:
  void SetUp() override {
    const auto folder = TemporaryFolder::Make("vfqual-boottest");
    ASSERT_TRUE(folder);
    const auto deb = folder->Path() / "lab-gpu-dkms_0.1.0_all.deb";
    const auto broken = folder->Path() / "broken";
    ASSERT_TRUE(MakeStandInPackage(kModule, deb));
    ASSERT_TRUE(MakeBrokenSources(kModule, broken));
    ASSERT_TRUE(MakeSigningKeys(folder->Path() / "keys"));
    auto host = BootHost::Install({{VFQUAL_PROGRAMS_DIR "/vfqual", "bin/vfqual"},
                                   {kModule, "module"},
                                   {folder->Path() / "keys", "keys"},
                                   {broken, "broken"},
                                   {deb, deb.filename()}});
    ASSERT_TRUE(host) << host.error().Message();
    host_ = *std::move(host);
    before_ = State();
    EXPECT_THAT(before_,
                AllOf(HasSubstr("file /etc/default/grub "), HasSubstr("/modules.dep"), HasSubstr("initramfs ")));
    runs_before_ = Runs();
    EXPECT_THAT(runs_before_, HasSubstr("cmdline BOOT_IMAGE=/boot/vmlinuz-"));
    EXPECT_THAT(runs_before_, AllOf(HasSubstr("module i915 no"), HasSubstr("numvfs 0"), HasSubstr("failed units 0")));
    EXPECT_THAT(runs_before_, HasSubstr("/kernel/drivers/gpu/drm/i915/i915.ko")) << "the kernel's own is next";
  }

  Completed Vfqual(const std::string& arguments) { return host_->Shell(fmt::format("exec {} {}", kVfqual, arguments)); }
  void ExpectVfqual(const std::string& arguments) { EXPECT_EQ(Vfqual(arguments).exit_code, 0) << arguments; }
  std::string State() { return host_->Shell("host_state.sh").out; }
  std::string Runs() {
    const auto runs = host_->Shell("host_runs.sh").out;
    std::cout << runs;
    return runs;
  }
  void Reboot() {
    const auto rebooted = host_->Reboot();
    ASSERT_TRUE(rebooted) << rebooted.error().Message();
  }

  void ExpectRunning(const std::string& runs) {
    EXPECT_THAT(runs, AllOf(HasSubstr("module i915 loaded"), HasSubstr("module nvme no"), HasSubstr("pf driver i915")));
    EXPECT_THAT(runs, AllOf(HasSubstr("parameter enable_guc=3"), HasSubstr("parameter max_vfs=7")));
    const auto built = runs.substr(runs.find("srcversion next ") + 16, 23);
    EXPECT_THAT(runs, HasSubstr("srcversion loaded " + built + "\n")) << "what runs is what was built";
    EXPECT_THAT(runs, HasSubstr("/updates/dkms/i915.ko"));
    EXPECT_THAT(runs, AllOf(HasSubstr("numvfs 2"), HasSubstr("failed units 0")));
    const auto status = Vfqual("host status").out;
    for (const char* word : {"  reboot\n", "  missing\n", "  not kept\n", "  unknown\n", "  not in effect\n"}) {
      EXPECT_THAT(status, Not(HasSubstr(word)));
    }
    EXPECT_THAT(Vfqual("module status").out,
                AllOf(HasSubstr("loaded   i915, version 0.1.0, srcversion " + built + "\n"),
                      HasSubstr("/updates/dkms/i915.ko")));
  }

  void ExpectStock(const char* after) {
    EXPECT_EQ(Difference(before_, State()), "") << after;
    EXPECT_EQ(Difference(runs_before_, Runs()), "") << after;
  }

  std::unique_ptr<BootHost> host_;
  std::string before_;
  std::string runs_before_;
};

TEST_F(BootTest, WhatIsSetUpIsThereAfterARebootAndGoneAfterTheWayBack) {
  std::cout << "--- a .deb by dpkg, parameters by GRUB, VFs by sysfsutils, kept from the host by udev\n";
  ExpectVfqual("module install --route dpkg /run/vfqual/payload/lab-gpu-dkms_0.1.0_all.deb");
  ExpectVfqual("host configure --yes --method grub --vfs 2 --vfs-at-boot sysfsutils --keep-vfs-from-host");
  EXPECT_THAT(Vfqual("host configure --yes --method grub --vfs 2 --vfs-at-boot sysfsutils --keep-vfs-from-host").out,
              HasSubstr("nothing to change"));
  Reboot();
  auto runs = Runs();
  ExpectRunning(runs);
  EXPECT_THAT(runs, HasSubstr(" i915.enable_guc=3 i915.max_vfs=7 module_blacklist=xe"));
  for (const char* vf : {"0000:00:02.1", "0000:00:02.2"}) {
    EXPECT_THAT(runs, HasSubstr(fmt::format("vf {} driver vfio-pci\n", vf)));
  }
  std::cout << "--- a boot that had the line for the VFs, and made none\n";
  EXPECT_EQ(host_->Shell("systemctl mask sysfsutils.service").exit_code, 0);
  EXPECT_THAT(Vfqual("host status").out, Not(HasSubstr("not in effect")));
  Reboot();
  EXPECT_THAT(Vfqual("host status").out,
              AllOf(HasSubstr("  not in effect\n"), HasSubstr("sysfsutils.service is masked"),
                    HasSubstr("fix: systemctl unmask sysfsutils.service"), Not(HasSubstr("  reboot\n"))));
  EXPECT_EQ(host_->Shell("systemctl unmask sysfsutils.service").exit_code, 0);

  ExpectVfqual("module remove lab-gpu");
  ExpectVfqual("host configure --undo --yes");
  Reboot();
  ExpectStock("after the .deb, GRUB and sysfsutils");

  std::cout << "--- a folder by DKMS, parameters by modprobe.d, VFs by systemd-tmpfiles\n";
  ExpectVfqual("module install /run/vfqual/payload/module");
  ExpectVfqual("host configure --yes --method modprobe --vfs 2 --vfs-at-boot tmpfiles");
  Reboot();
  runs = Runs();
  ExpectRunning(runs);
  EXPECT_THAT(runs, Not(HasSubstr("i915.max_vfs")));
  EXPECT_THAT(runs, AllOf(HasSubstr("vf 0000:00:02.1 driver i915\n"), HasSubstr("vf 0000:00:02.2 driver i915\n")));
  ExpectVfqual("module remove lab-gpu");
  ExpectVfqual("host configure --undo --yes");
  Reboot();
  ExpectStock("after DKMS, modprobe.d and tmpfiles.d");
}

TEST_F(BootTest, WhatIsSignedIsInTheInitramfsAsWell) {
  ExpectVfqual("module install /run/vfqual/payload/module");
  EXPECT_EQ(
      host_
          ->Shell("cp -a /etc/initramfs-tools/modules /tmp/modules && echo i915 >>/etc/initramfs-tools/modules && "
                  "update-initramfs -u -k $(uname -r)")
          .exit_code,
      0);
  const std::string sign =
      "module sign --module i915 --key /run/vfqual/payload/keys/k.pem --cert /run/vfqual/payload/keys/k.der";
  EXPECT_THAT(Vfqual(sign + " --dry-run").out, HasSubstr("update-initramfs -u -k "));
  const auto first = Vfqual(sign);
  EXPECT_EQ(first.exit_code, 0) << first.err;
  EXPECT_THAT(first.out,
              AllOf(HasSubstr("make the initramfs anew: update-initramfs -u -k "), Not(HasSubstr("then: "))));
  EXPECT_THAT(host_->Shell("initramfs_signer.sh").out, HasSubstr("signer vfqual boot test\n"));
  const auto again = Vfqual(sign);
  EXPECT_EQ(again.exit_code, 0) << again.err;
  EXPECT_THAT(again.out, AllOf(HasSubstr("signed with this key already"), Not(HasSubstr("update-initramfs"))));
  EXPECT_EQ(host_->Shell("cp -a /tmp/modules /etc/initramfs-tools/modules && rm /tmp/modules").exit_code, 0);
  ExpectVfqual("module remove lab-gpu");
  ExpectStock("after a signed module");
}

TEST_F(BootTest, WhatFailsOrIsKilledIsTakenBack) {
  std::cout << "--- a dry run, and sources that do not compile\n";
  EXPECT_THAT(Vfqual("module install /run/vfqual/payload/module --dry-run").out,
              HasSubstr("would run    dkms install lab-gpu/0.1.0"));
  const auto failed = Vfqual("module install /run/vfqual/payload/broken");
  EXPECT_EQ(failed.exit_code, 1);
  EXPECT_THAT(failed.err, HasSubstr(kBrokenWord));
  ExpectStock("after an installation that failed");

  std::cout << "--- what is killed is put back by vfqual recover\n";
  for (const char* source : {"module", "lab-gpu-dkms_0.1.0_all.deb"}) {
    const auto killed = host_->Shell("kill_and_recover_install.sh", {std::string("/run/vfqual/payload/") + source});
    std::cout << killed.out << killed.err;
    EXPECT_EQ(killed.exit_code, 0);
    EXPECT_THAT(killed.out, HasSubstr("killed: journal yes, DKMS yes"));
    ExpectStock(source);
  }
}

}  // namespace
}  // namespace vfqual
