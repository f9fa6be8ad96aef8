#include "harness/base/sha256.h"

#include <gmock/gmock.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <string>

namespace vfqual {
namespace {

// The examples of FIPS 180-4's companion "SHA_All" and NIST's long message.
TEST(Sha256, KnownAnswers) {
  EXPECT_EQ(Sha256OfText(""), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  EXPECT_EQ(Sha256OfText("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  EXPECT_EQ(Sha256OfText("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq"),
            "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
  EXPECT_EQ(Sha256OfText(std::string(1'000'000, 'a')),
            "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
}

TEST(Sha256, PiecesGiveTheSameAsTheWhole) {
  const std::string text(200, 'x');
  Sha256 hash;
  for (std::size_t at = 0, step = 1; at < text.size(); at += step, ++step) {
    hash.Update(std::string_view(text).substr(at, step));
  }
  EXPECT_EQ(hash.HexDigest(), Sha256OfText(text));
}

class SparseFile : public testing::Test {
 protected:
  SparseFile() { std::filesystem::create_directories(folder_); }
  ~SparseFile() override { std::filesystem::remove_all(folder_); }

  const std::filesystem::path folder_ =
      std::filesystem::temp_directory_path() / ("vfqual-sha256-" + std::to_string(getpid()));
};

TEST_F(SparseFile, PlainFileHasItsOrdinaryDigest) {
  std::ofstream(folder_ / "plain") << "abc";
  EXPECT_EQ(Sha256OfSparseFile(folder_ / "plain").value(), Sha256OfText("abc"));
}

TEST_F(SparseFile, ContentAndPlaceOfDataCount) {
  constexpr std::uintmax_t kSize = std::uintmax_t{1} << 30U;  // of which almost all is a hole
  const auto digest = [&](const char* name, std::streamoff at, const char* text) {
    std::ofstream(folder_ / name).close();
    std::filesystem::resize_file(folder_ / name, kSize);
    std::fstream file(folder_ / name, std::ios::in | std::ios::out | std::ios::binary);
    file.seekp(at);
    file << text;
    file.close();
    return Sha256OfSparseFile(folder_ / name).value();
  };
  const auto reference = digest("a", 1 << 20, "data");
  EXPECT_EQ(digest("b", 1 << 20, "data"), reference);
  EXPECT_NE(digest("c", 1 << 20, "dAta"), reference);
  EXPECT_NE(digest("d", 2 << 20, "data"), reference);
}

TEST_F(SparseFile, MissingFileIsAnError) {
  EXPECT_FALSE(Sha256OfSparseFile(folder_ / "none").has_value());
}

}  // namespace
}  // namespace vfqual
