#include "module/secure_boot/sign_files.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <sstream>

#include "harness/base/local_host.h"
#include "harness/base/temporary_folder.h"
#include "module/secure_boot/module_file.h"
#include "module/secure_boot/module_signature.h"
#include "module/secure_boot/testing_keys.h"

namespace vfqual::secure_boot {
namespace {

namespace fs = std::filesystem;
using testing::Contains;
using testing::HasSubstr;

// Real files, links and packers; the journal is the host's, and so lies in the same folder.
class JournalInFolder final : public Host {
 public:
  explicit JournalInFolder(fs::path folder) : folder_(std::move(folder)) {}
  std::string Name() const override { return "local"; }
  Result<Completed> Run(const Command& command) override {
    if (command.argv.size() > 1 && command.argv[1] == fail_argument) {
      Completed full;
      full.exit_code = 1;
      full.err = "No space left on device";
      return full;
    }
    return local_.Run(command);
  }
  Result<std::string> ReadFile(const std::string& path, std::size_t most) override {
    return local_.ReadFile(Map(path), most);
  }
  Status WriteAttribute(const std::string& path, std::string_view text) override {
    return local_.WriteAttribute(Map(path), text);
  }
  Status WriteFile(const std::string& path, std::string_view text, unsigned mode) override {
    return local_.WriteFile(Map(path), text, mode);
  }
  Result<std::vector<std::string>> List(const std::string& path) override { return local_.List(Map(path)); }
  Result<std::string> ReadLink(const std::string& path) override { return local_.ReadLink(Map(path)); }
  Result<bool> Exists(const std::string& path) override { return local_.Exists(Map(path)); }
  Status Remove(const std::string& path) override { return local_.Remove(Map(path)); }

  std::string fail_argument;

 private:
  std::string Map(const std::string& path) const { return path == kChangesFile ? folder_ / "changes" : fs::path(path); }
  LocalHost local_;
  fs::path folder_;
};

class SignFilesTest : public testing::Test {
 protected:
  SignFilesTest() {
    Put("k.pem", key_.key_pem);
    Put("k.der", key_.certificate_der);
    Put("a.ko", module_);
    Put("b.ko.xz", PackModule(host_, "b.ko.xz", module_ + "b").value_or(""));
    request_ = {{{At("a.ko"), "none"}, {At("b.ko.xz"), "none"}}, At("k.pem"), At("k.der")};
  }
  std::string At(const std::string& name) const { return (folder_->Path() / name).string(); }
  void Put(const std::string& name, const std::string& bytes) { std::ofstream(At(name), std::ios::binary) << bytes; }
  std::string Bytes(const std::string& name) { return host_.Read(At(name)).value_or("cannot be read"); }
  std::vector<std::string> Names() { return host_.List(folder_->Path().string()).value_or(std::vector<std::string>()); }
  Status Sign() {
    const auto plan = PrepareSign(host_, request_);
    if (!plan) return tl::unexpected<Error>(plan.error());
    ChangeLog changes(host_, {}, {});
    return SignFiles(host_, changes, *plan, [this](const std::string& line) { said_.push_back(line); });
  }
  bool IsSigned(const std::string& name) {
    const auto module = ReadModule(host_, At(name));
    return module && IsSignedBy(*SplitSignature(*module), *ParseCertificate(key_.certificate_der, "c"));
  }

  Result<TemporaryFolder> folder_ = TemporaryFolder::Make("vfqual-sign");
  JournalInFolder host_{folder_->Path()};
  TestKey key_ = MakeTestKey("sign");
  std::string module_ = std::string("\x7f") + "ELF" + std::string(3000, 'm');
  SignRequest request_;
  std::vector<std::string> said_;
};

TEST_F(SignFilesTest, PlainAndPackedAreSignedAndNothingIsLeft) {
  const auto before = Names();
  const auto done = Sign();
  ASSERT_TRUE(done) << done.error().Message();
  EXPECT_TRUE(IsSigned("a.ko"));
  EXPECT_TRUE(IsSigned("b.ko.xz"));
  EXPECT_EQ(Names(), before);
  const auto first = Bytes("b.ko.xz");
  ASSERT_TRUE(Sign());
  EXPECT_THAT(said_, Contains(HasSubstr("b.ko.xz: signed with this key already")));
  EXPECT_EQ(Bytes("b.ko.xz"), first);
}

TEST_F(SignFilesTest, AFailureOfTheLastPutsTheFirstBack) {
  const auto before = Names();
  host_.fail_argument = "of=" + At("b.ko.xz.vfqual-new");
  const auto failed = Sign();
  ASSERT_FALSE(failed);
  EXPECT_THAT(failed.error().Message(), HasSubstr("No space left"));
  EXPECT_EQ(Bytes("a.ko"), module_);
  EXPECT_EQ(Names(), before);
}

TEST_F(SignFilesTest, WhatFailsAfterwardsPutsAllBack) {
  const auto before = Names();
  const auto packed = Bytes("b.ko.xz");
  const auto plan = PrepareSign(host_, request_);
  ASSERT_TRUE(plan);
  ChangeLog changes(host_, {}, {});
  bool were_signed = false;
  const auto failed = SignFiles(
      host_, changes, *plan, [](const std::string&) {},
      [&]() -> Status {
        were_signed = IsSigned("a.ko") && IsSigned("b.ko.xz");
        return Fail("no initramfs");
      });
  ASSERT_FALSE(failed);
  EXPECT_TRUE(were_signed);
  EXPECT_EQ(Bytes("a.ko"), module_);
  EXPECT_EQ(Bytes("b.ko.xz"), packed);
  EXPECT_EQ(Names(), before);
}

TEST_F(SignFilesTest, ASigningThatDiedIsPutBackByRecover) {
  const auto plan = PrepareSign(host_, request_);
  ASSERT_TRUE(plan);
  {
    // As far as a kill between the two leaves it: the first is signed, the journal is there.
    ChangeLog changes(host_, {}, {});
    ASSERT_TRUE(changes.Announce(
        "sign", At("a.ko"),
        Undo::RunCommand({"mv", "--force", "--", At("a.ko.vfqual-old"), At("a.ko")}, true, At("a.ko.vfqual-old"))));
    ASSERT_TRUE(host_.WriteFile(At("a.ko.vfqual-old"), module_, 0644));
    ASSERT_TRUE(host_.WriteFile(At("a.ko"), "signed", 0644));
  }
  std::ostringstream out;
  ASSERT_TRUE(RecoverChanges(host_, {}, out)) << out.str();
  EXPECT_EQ(Bytes("a.ko"), module_);
  EXPECT_FALSE(fs::exists(At("a.ko.vfqual-old")));
}

TEST_F(SignFilesTest, ADryRunTouchesNothing) {
  const auto before = Names();
  const auto plan = PrepareSign(host_, request_);
  ASSERT_TRUE(plan);
  std::ostringstream out;
  auto changes = ChangeLog::DryRun(host_, out);
  ASSERT_TRUE(SignFiles(host_, changes, *plan, [](const std::string&) {}));
  EXPECT_THAT(out.str(), HasSubstr("a.ko"));
  EXPECT_EQ(Bytes("a.ko"), module_);
  EXPECT_EQ(Names(), before);
}

TEST_F(SignFilesTest, WrongInputIsOneError) {
  const auto what = [this] { return PrepareSign(host_, request_).error(); };
  auto good = request_;
  request_.key = At("none.pem");
  EXPECT_EQ(what().blame, Blame::kInput);
  request_ = good;
  request_.items[0].path = At("none.ko");
  EXPECT_EQ(what().blame, Blame::kInput);
  request_ = good;
  request_.items[0].path = At("k.der");
  EXPECT_THAT(what().what, HasSubstr("no module's name"));
  request_ = good;
  Put("b.ko.xz", "rubbish");
  EXPECT_EQ(what().blame, Blame::kSubject);
  Put("a.ko", "rubbish");
  EXPECT_THAT(what().what, HasSubstr("no ELF file"));
}

TEST_F(SignFilesTest, ALinkIsFollowed) {
  fs::create_symlink(At("a.ko"), At("link.ko"));
  request_.items = {{At("link.ko"), "none"}};
  ASSERT_TRUE(Sign());
  EXPECT_TRUE(fs::is_symlink(At("link.ko")));
  EXPECT_TRUE(IsSigned("a.ko"));
}

}  // namespace
}  // namespace vfqual::secure_boot
