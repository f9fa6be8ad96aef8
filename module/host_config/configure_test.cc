#include "module/host_config/configure.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cerrno>

#include "module/host_config/edited_file.h"
#include "module/host_config/grub_config.h"
#include "module/host_config/modprobe_config.h"
#include "module/host_config/testing_host.h"

namespace vfqual::host_config {
namespace {

using testing::HasSubstr;

constexpr const char* kOld = "# mine\nGRUB_TIMEOUT=5\nGRUB_CMDLINE_LINUX_DEFAULT=\"quiet\"\n";
constexpr const char* kNew =
    "# mine\nGRUB_TIMEOUT=5\nGRUB_CMDLINE_LINUX_DEFAULT=\"quiet intel_iommu=on i915.enable_guc=3 i915.max_vfs=7 "
    "module_blacklist=xe\"\n";

Completed Said(int exit_code, std::string out, std::string err) {
  Completed completed;
  completed.exit_code = exit_code;
  completed.out = std::move(out);
  completed.err = std::move(err);
  return completed;
}

// Dies (as by kill -9) before its n-th operation that changes something.
class MortalHost final : public Host {
 public:
  MortalHost(FakeHost& host, int lives) : host_(host), lives_(lives) {}
  std::string Name() const override { return "mortal"; }
  Result<Completed> Run(const Command& command) override {
    VFQUAL_CHECK(Live(), "");
    return host_.Run(command);
  }
  Result<std::string> ReadFile(const std::string& path, std::size_t max_bytes) override {
    return host_.ReadFile(path, max_bytes);
  }
  Status WriteAttribute(const std::string& path, std::string_view content) override {
    VFQUAL_CHECK(Live(), "");
    return host_.WriteAttribute(path, content);
  }
  Status WriteFile(const std::string& path, std::string_view content, unsigned mode) override {
    VFQUAL_CHECK(Live(), "");
    return host_.WriteFile(path, content, mode);
  }
  Result<std::vector<std::string>> List(const std::string& path) override { return host_.List(path); }
  Result<std::string> ReadLink(const std::string& path) override { return host_.ReadLink(path); }
  Result<bool> Exists(const std::string& path) override { return host_.Exists(path); }
  Status Remove(const std::string& path) override {
    VFQUAL_CHECK(Live(), "");
    return host_.Remove(path);
  }

 private:
  Status Live() { return lives_-- > 0 ? Status() : Fail("killed"); }
  FakeHost& host_;
  int lives_;
};

class ConfigureTest : public testing::Test {
 protected:
  ConfigureTest() {
    AnswerFileTools(host_);
    host_.SetFile(kGrubDefaults, kOld);
    host_.SetFile("/etc/modprobe.d/mine.conf", "blacklist i915\n");
    for (const char* path : {"/usr/sbin/update-grub", "/usr/sbin/update-initramfs"}) host_.SetFile(path, "");
  }

  Status Configure(Host& host, const std::optional<ConfigRequest>& request) {
    VFQUAL_TRY(const auto prepared, PrepareConfig(host, request), "");
    if (prepared.NothingToDo()) return {};
    return ApplyConfig(host, prepared, [](const std::string&) {});
  }
  std::string Grub() { return host_.Read(kGrubDefaults).value(); }
  int TimesRun(const std::string& program) {
    int times = 0;
    for (const auto& argv : host_.Commands()) times += argv.front() == program ? 1 : 0;
    return times;
  }

  FakeHost host_;
  ConfigRequest request_ = TestRequest();
};

TEST_F(ConfigureTest, KeepsABackupAndModeAndOwner) {
  ASSERT_TRUE(Configure(host_, request_));
  EXPECT_EQ(Grub(), kNew);
  const auto state = LoadState(host_).value();
  ASSERT_TRUE(state);
  EXPECT_EQ(host_.Read(BackupPath(*state, kGrubDefaults)).value(), kOld);
  EXPECT_THAT(host_.Commands(), testing::Contains(std::vector<std::string>{
                                    "cp", "--attributes-only", "--preserve=all", "--no-preserve=timestamps", "--",
                                    kGrubDefaults, "/etc/default/grub.vfqual-new"}));
  EXPECT_FALSE(host_.Exists("/etc/default/grub.vfqual-new").value());
  EXPECT_EQ(TimesRun("update-grub"), 1);
}

TEST_F(ConfigureTest, AnotherRequestLeavesNothingOfTheFirst) {
  ASSERT_TRUE(Configure(host_, request_));
  auto other = request_;
  other.method = Method::kModprobe;
  host_.SetLink("/sys/class/iommu/dmar0", "x");
  ASSERT_TRUE(Configure(host_, other));
  EXPECT_EQ(Grub(), kOld);
  EXPECT_TRUE(host_.Exists(kOwnModprobeFile).value());
  ASSERT_TRUE(Configure(host_, std::nullopt));
  EXPECT_FALSE(host_.Exists(kOwnModprobeFile).value());
  EXPECT_EQ(host_.Read("/etc/modprobe.d/mine.conf").value(), "blacklist i915\n");
  EXPECT_FALSE(host_.Exists(kStateFolder).value());
}

TEST_F(ConfigureTest, UndoTakesOutOnlyOurChangeOfAFileThatWasEditedSince) {
  ASSERT_TRUE(Configure(host_, request_));
  host_.SetFile(kGrubDefaults,
                "# mine, edited\nGRUB_TIMEOUT=1\nGRUB_CMDLINE_LINUX_DEFAULT=\"quiet intel_iommu=on i915.enable_guc=3 "
                "i915.max_vfs=7 module_blacklist=xe mitigations=off\"\nGRUB_DISABLE_OS_PROBER=true\n");
  ASSERT_TRUE(Configure(host_, std::nullopt));
  EXPECT_EQ(Grub(),
            "# mine, edited\nGRUB_TIMEOUT=1\nGRUB_CMDLINE_LINUX_DEFAULT=\"quiet mitigations=off\"\n"
            "GRUB_DISABLE_OS_PROBER=true\n");
}

TEST_F(ConfigureTest, AnEditInBetweenIsKeptByTheNextConfigureAndByItsUndo) {
  ASSERT_TRUE(Configure(host_, request_));
  host_.SetFile(kGrubDefaults, Grub() + "GRUB_GFXMODE=640x480\n");
  request_.driver = "xe";
  ASSERT_TRUE(Configure(host_, request_));
  EXPECT_THAT(Grub(), HasSubstr("\"quiet intel_iommu=on xe.max_vfs=7 xe.force_probe=a780 module_blacklist=i915\""));
  EXPECT_THAT(Grub(), HasSubstr("640x480"));
  ASSERT_TRUE(Configure(host_, std::nullopt));
  EXPECT_EQ(Grub(), std::string(kOld) + "GRUB_GFXMODE=640x480\n");
}

TEST_F(ConfigureTest, UndoRefusesWhatItCannotTellApart) {
  ASSERT_TRUE(Configure(host_, request_));
  host_.SetFile("/etc/modprobe.d/mine.conf", "#blacklist i915, no: see ticket 7\n");
  const auto writes = host_.Writes().size();
  const auto undo = PrepareConfig(host_, std::nullopt);
  ASSERT_FALSE(undo);
  EXPECT_EQ(undo.error().blame, Blame::kInput);
  EXPECT_THAT(undo.error().what, HasSubstr("/etc/modprobe.d/mine.conf was edited since"));
  EXPECT_THAT(undo.error().fix, HasSubstr("/var/lib/vfqual/host-config/1/before/etc/modprobe.d/mine.conf"));
  EXPECT_EQ(host_.Writes().size(), writes);
}

TEST_F(ConfigureTest, AFileThatTheUserRemovedStaysRemoved) {
  request_.method = Method::kModprobe;
  host_.SetLink("/sys/class/iommu/dmar0", "x");
  ASSERT_TRUE(Configure(host_, request_));
  ASSERT_TRUE(host_.Remove("/etc/modprobe.d/mine.conf"));
  ASSERT_TRUE(Configure(host_, std::nullopt));
  EXPECT_FALSE(host_.Exists("/etc/modprobe.d/mine.conf").value());
  EXPECT_FALSE(host_.Exists(kOwnModprobeFile).value());
}

TEST_F(ConfigureTest, ACommandThatFailsIsRunAgainByTheNextCall) {
  host_.Answer("update-grub", Said(1, "", "no space left"));
  const auto failed = Configure(host_, request_);
  ASSERT_FALSE(failed);
  EXPECT_THAT(failed.error().Message(), HasSubstr("no space left"));
  EXPECT_EQ(Grub(), kNew);
  host_.Answer("update-grub", Completed{});
  const auto again = PrepareConfig(host_, request_).value();
  EXPECT_TRUE(again.finishes_earlier);
  EXPECT_TRUE(again.changes.empty());
  ASSERT_TRUE(ApplyConfig(host_, again, [](const std::string&) {}));
  EXPECT_EQ(TimesRun("update-grub"), 2);
  EXPECT_TRUE(PrepareConfig(host_, request_)->NothingToDo());
}

// Killed before each operation in turn: every file is old or new, and a second call finishes, or --undo cleans up.
class KilledTest : public ConfigureTest, public testing::WithParamInterface<bool> {};

TEST_P(KilledTest, InTheMiddleLeavesOldOrNewAndIsPutRight) {
  const bool then_undo = GetParam();
  for (int lives = 0;; ++lives) {
    FakeHost host;
    AnswerFileTools(host);
    host.SetFile(kGrubDefaults, kOld);
    host.SetFile("/etc/modprobe.d/mine.conf", "blacklist i915\n");
    for (const char* path : {"/usr/sbin/update-grub", "/usr/sbin/update-initramfs"}) host.SetFile(path, "");
    MortalHost mortal(host, lives);
    const bool survived = Configure(mortal, request_).has_value();
    const auto left = host.Read(kGrubDefaults).value();
    EXPECT_TRUE(left == kOld || left == kNew) << lives << ": " << left;
    const auto put_right = Configure(host, then_undo ? std::nullopt : std::optional(request_));
    ASSERT_TRUE(put_right) << lives << ": " << put_right.error().Message();
    EXPECT_EQ(host.Read(kGrubDefaults).value(), then_undo ? kOld : kNew) << lives;
    EXPECT_EQ(host.Read("/etc/modprobe.d/mine.conf").value(), then_undo ? "blacklist i915\n" : "#blacklist i915\n");
    EXPECT_FALSE(host.Exists("/etc/default/grub.vfqual-new").value()) << lives;
    const bool changed = left == kNew;
    if (changed || !then_undo) {
      EXPECT_THAT(host.Commands(), testing::Contains(std::vector<std::string>{"update-grub"})) << lives;
    }
    ASSERT_TRUE(Configure(host, std::nullopt));
    EXPECT_EQ(host.Read(kGrubDefaults).value(), kOld) << lives;
    if (survived) break;
    ASSERT_LT(lives, 100);
  }
}

INSTANTIATE_TEST_SUITE_P(ThenConfigureOrUndo, KilledTest, testing::Bool());

TEST_F(ConfigureTest, KilledUndoIsFinishedByTheNext) {
  for (int lives = 0;; ++lives) {
    ASSERT_TRUE(Configure(host_, request_));
    MortalHost mortal(host_, lives);
    const bool survived = Configure(mortal, std::nullopt).has_value();
    const auto left = Grub();
    EXPECT_TRUE(left == kOld || left == kNew) << lives;
    ASSERT_TRUE(Configure(host_, std::nullopt)) << lives;
    EXPECT_EQ(Grub(), kOld) << lives;
    EXPECT_FALSE(host_.Exists(std::string(kStateFolder) + "/state.json").value()) << lives;
    if (survived) break;
    ASSERT_LT(lives, 100);
  }
}

TEST_F(ConfigureTest, WithoutRoomForTheBackupNothingIsChangedOrLeftBehind) {
  for (const char* path : {"/1/before/etc/modprobe.d/mine.conf", "/state.json"}) {
    FakeHost host;
    AnswerFileTools(host);
    host.SetFile(kGrubDefaults, kOld);
    host.SetFile("/etc/modprobe.d/mine.conf", "blacklist i915\n");
    for (const char* tool : {"/usr/sbin/update-grub", "/usr/sbin/update-initramfs"}) host.SetFile(tool, "");
    const auto prepared = PrepareConfig(host, request_).value();
    host.FailPath(std::string(kStateFolder) + path, ENOSPC);
    const auto applied = ApplyConfig(host, prepared, [](const std::string&) {});
    ASSERT_FALSE(applied);
    EXPECT_EQ(applied.error().sys_errno, ENOSPC);
    EXPECT_THAT(applied.error().fix, HasSubstr("nothing was changed"));
    EXPECT_EQ(host.Read(kGrubDefaults).value(), kOld);
    EXPECT_TRUE(host.Commands().empty());
    EXPECT_FALSE(host.Exists("/var/lib/vfqual").value());
  }
}

TEST_F(ConfigureTest, WithoutRootTheErrorSaysSo) {
  host_.SetFile(std::string(kStateFolder) + "/state.json", "{}");
  host_.FailPath(std::string(kStateFolder) + "/state.json", EACCES);
  const auto prepared = PrepareConfig(host_, request_);
  ASSERT_FALSE(prepared);
  EXPECT_THAT(prepared.error().fix, HasSubstr("sudo"));
}

TEST_F(ConfigureTest, ALinkIsFollowedAndStaysOne) {
  host_.SetLink(kGrubDefaults, "../../srv/grub");
  host_.SetFile("/srv/grub", kOld);
  ASSERT_TRUE(Configure(host_, request_));
  EXPECT_EQ(host_.Read("/srv/grub").value(), kNew);
}

TEST_F(ConfigureTest, ProxmoxBootToolTellsWhichLoader) {
  host_.SetFile("/etc/kernel/proxmox-boot-uuids", "A\n");
  host_.SetFile("/boot/grub/grub.cfg", "");
  host_.Answer("proxmox-boot-tool status",
               Said(0, "System currently booted with uefi\nA is configured with: uefi (versions: 6.8)\n", ""));
  EXPECT_EQ(DetectBootLoader(host_)->method, Method::kProxmox);
  host_.Answer("proxmox-boot-tool status", Said(0, "A is configured with: grub (versions: 6.8)\n", ""));
  EXPECT_EQ(DetectBootLoader(host_)->method, Method::kGrub);
  ConfigFiles files(host_);
  EXPECT_EQ(RefreshBootLoader(files, Method::kGrub).value(), (std::vector<Argv>{{"proxmox-boot-tool", "refresh"}}));
  host_.Answer("proxmox-boot-tool status", Said(0, "A is configured with: grub\nB is configured with: uefi\n", ""));
  EXPECT_FALSE(DetectBootLoader(host_));
}

TEST_F(ConfigureTest, ArchsUnifiedImagesAreMadeByMkinitcpioAlone) {
  host_.SetFile("/etc/kernel/cmdline", "root=UUID=1 rw quiet\n");
  host_.SetFile("/usr/bin/mkinitcpio", "");
  host_.SetFile("/usr/bin/kernel-install", "");
  host_.SetFile("/usr/lib/modules/6.12.1-arch1-1/vmlinuz", "");
  ASSERT_TRUE(host_.Remove("/usr/sbin/update-initramfs"));
  request_.method = Method::kSystemdBoot;
  host_.SetFile("/etc/mkinitcpio.d/linux.preset", "#default_uki=\"/efi/EFI/Linux/arch-linux.efi\"\n");
  EXPECT_EQ(PrepareConfig(host_, request_)->commands.size(), 2U) << "kernel-install keeps the entries";
  host_.SetFile("/etc/mkinitcpio.d/linux.preset", "default_uki=\"/efi/EFI/Linux/arch-linux.efi\"\n");
  EXPECT_EQ(PrepareConfig(host_, request_)->commands, (std::vector<Argv>{{"mkinitcpio", "-P"}}));
}

TEST_F(ConfigureTest, ABootPartitionThatOnlyRootReadsHidesNothingElse) {
  host_.SetFile("/boot/grub/grub.cfg", "");
  host_.FailPath("/boot/efi/loader/loader.conf", EACCES);
  const auto loader = DetectBootLoader(host_);
  ASSERT_TRUE(loader) << loader.error().Message();
  EXPECT_EQ(loader->method, Method::kGrub);
}

TEST_F(ConfigureTest, TheNixosExpressionHasTheParameters) {
  request_.method = Method::kNixos;
  request_.vfs_at_boot.reset();
  request_.keep_vfs_from_host = true;
  const auto prepared = PrepareConfig(host_, request_).value();
  EXPECT_TRUE(prepared.NothingToDo());
  for (const char* part :
       {"\"i915.max_vfs=7\"",
        "systemd.tmpfiles.rules = [ \"w /sys/devices/pci0000:00/0000:00:02.0/sriov_numvfs - - - - 7\" ]",
        "systemd.services.systemd-tmpfiles-setup.after = [ \"systemd-modules-load.service\" ]",
        "boot.kernelModules = [ \"i915\" \"vfio-pci\" ];", "KERNEL==\"0000:00:02.[1-7]\""}) {
    EXPECT_THAT(prepared.target.nixos_expression, HasSubstr(part));
  }
}

TEST(WordsWithoutOurChange, PutsBackWhatWasReplacedAndTakenOut) {
  EXPECT_EQ(WordsWithoutOurChange("a i915.enable_guc=3 b module_blacklist=nouveau,xe c",
                                  "i915.enable_guc=2 modprobe.blacklist=i915 module_blacklist=i915,nouveau",
                                  "i915.enable_guc=3 module_blacklist=nouveau,xe"),
            "a i915.enable_guc=2 b module_blacklist=i915,nouveau c modprobe.blacklist=i915");
  // What the user set to another value since is theirs.
  EXPECT_EQ(WordsWithoutOurChange("quiet i915.max_vfs=2", "quiet", "quiet i915.max_vfs=7"), "quiet i915.max_vfs=2");
}

}  // namespace
}  // namespace vfqual::host_config
