#include "module/install/sign_installed.h"

#include <gmock/gmock.h>

#include <sstream>

#include "harness/base/fake_host.h"

namespace vfqual {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using Argv = std::vector<std::string>;

Completed Answers(std::string text, int exit_code = 0) {
  Completed completed;
  completed.out = std::move(text);
  completed.exit_code = exit_code;
  return completed;
}

class SignInstalledTest : public testing::Test {
 protected:
  SignInstalledTest() {
    host_.SetFile("/proc/sys/kernel/random/boot_id", "b\n");
    host_.SetFile("/boot/initrd.img-6.12", "");
    host_.SetFile("/usr/sbin/update-initramfs", "");
    host_.Answer("lsinitramfs", Answers("usr/lib/modules/6.12/updates/dkms/i915.ko.xz\n"));
    host_.Answer("update-initramfs", Answers(""));
    host_.Answer("stat --dereference --format=%Y -- /boot/initrd.img-6.12", Answers("2000\n"));
    host_.Answer("stat --dereference --format=%Y -- /usr/lib/modules/6.12/updates/dkms/i915.ko.xz", Answers("1000\n"));
    Step("/usr/lib/modules/6.12/updates/dkms/i915.ko.xz", false);
  }
  void Step(const std::string& path, bool is_signed) {
    plan_.steps.clear();
    secure_boot::SignStep step;
    step.item = {path, "6.12"};
    step.is_signed = is_signed;
    plan_.steps.push_back(std::move(step));
  }

  FakeHost host_;
  secure_boot::SignPlan plan_;
  const Argv refresh_ = {"update-initramfs", "-u", "-k", "6.12"};
  std::vector<std::string> said_;
};

TEST_F(SignInstalledTest, TheImageThatHoldsWhatIsSignedIsMadeAnew) {
  EXPECT_THAT(FindSignedImages(host_, plan_).refresh, ElementsAre(refresh_));
  host_.Answer("lsinitramfs", Answers("usr/lib/modules/6.12/kernel/ext4.ko\n"));
  EXPECT_THAT(FindSignedImages(host_, plan_).refresh, IsEmpty());
}

TEST_F(SignInstalledTest, NothingIsDoneTwice) {
  Step("/usr/lib/modules/6.12/updates/dkms/i915.ko.xz", true);
  EXPECT_THAT(FindSignedImages(host_, plan_).refresh, IsEmpty());
  // Signed with --no-initramfs before.
  host_.Answer("stat --dereference --format=%Y -- /usr/lib/modules/6.12/updates/dkms/i915.ko.xz", Answers("3000\n"));
  EXPECT_THAT(FindSignedImages(host_, plan_).refresh, ElementsAre(refresh_));
}

TEST_F(SignInstalledTest, AFileThatIsNotInstalledIsInNoImage) {
  Step("/home/me/i915.ko", false);
  EXPECT_THAT(FindSignedImages(host_, plan_).refresh, IsEmpty());
}

TEST_F(SignInstalledTest, WithoutAToolItIsLeftToTheUser) {
  ASSERT_TRUE(host_.Remove("/usr/sbin/update-initramfs"));
  const auto images = FindSignedImages(host_, plan_);
  EXPECT_THAT(images.refresh, IsEmpty());
  EXPECT_THAT(images.by_hand, ElementsAre("6.12"));
}

TEST_F(SignInstalledTest, AnImageThatCannotBeMadeIsMadeOfTheOldModules) {
  Step("/usr/lib/modules/6.12/updates/dkms/i915.ko.xz", true);
  int calls = 0;
  host_.Answer("update-initramfs", [&calls](const Command&) { return Answers("", ++calls == 1 ? 1 : 0); });
  ChangeLog changes(host_, {}, {});
  const auto failed =
      SignInstalled(host_, changes, plan_, {refresh_}, [this](const std::string& line) { said_.push_back(line); });
  ASSERT_FALSE(failed);
  EXPECT_THAT(failed.error().what, testing::HasSubstr("make the initramfs anew: exit 1"));
  EXPECT_EQ(calls, 2) << "and once on the way back";
  EXPECT_FALSE(host_.Exists(kChangesFile).value());
}

TEST_F(SignInstalledTest, ADryRunPrintsTheCommand) {
  Step("/usr/lib/modules/6.12/updates/dkms/i915.ko.xz", true);
  std::ostringstream out;
  auto changes = ChangeLog::DryRun(host_, out);
  ASSERT_TRUE(SignInstalled(host_, changes, plan_, {refresh_}, [](const std::string&) {}));
  EXPECT_THAT(out.str(), testing::HasSubstr("update-initramfs -u -k 6.12"));
  EXPECT_THAT(host_.Commands(), testing::Not(testing::Contains(refresh_)));
}

}  // namespace
}  // namespace vfqual
