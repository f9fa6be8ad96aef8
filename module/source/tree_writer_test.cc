#include "module/source/tree_writer.h"

#include <gmock/gmock.h>

#include <fstream>

#include "harness/base/temporary_folder.h"

namespace vfqual {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;

TreeWriter::Next Text(std::string text) {
  return [text = std::move(text), done = false]() mutable -> Result<std::span<const std::byte>> {
    if (std::exchange(done, true)) return std::span<const std::byte>{};
    return std::as_bytes(std::span(text));
  };
}

class TreeWriterTest : public testing::Test {
 protected:
  TreeWriter Make(TreeLimits limits = {}) { return TreeWriter::Make(Root(), "x.tar", limits).value(); }
  fs::path Root() const { return folder_.Path() / "root"; }
  TemporaryFolder folder_ = TemporaryFolder::Make("tree").value();
};

TEST_F(TreeWriterTest, WritesFilesFoldersAndLinks) {
  auto tree = Make();
  EXPECT_TRUE(tree.Folder("./m-1/"));
  EXPECT_TRUE(tree.File("m-1/a/b/c.c", false, Text("int x;\n")));
  EXPECT_TRUE(tree.File("m-1/configure", true, Text("#!")));
  EXPECT_TRUE(tree.SymbolicLink("m-1/link", "a/b/c.c"));
  EXPECT_TRUE(tree.HardLink("m-1/copy", "m-1/a/b/c.c"));
  EXPECT_TRUE(tree.Finish());
  EXPECT_EQ(fs::file_size(Root() / "m-1/link"), 7U);
  EXPECT_EQ(fs::file_size(Root() / "m-1/copy"), 7U);
  EXPECT_EQ(fs::hard_link_count(Root() / "m-1/copy"), 1U);
  EXPECT_NE(fs::status(Root() / "m-1/configure").permissions() & fs::perms::owner_exec, fs::perms::none);
}

TEST_F(TreeWriterTest, NoPathLeadsOut) {
  auto tree = Make();
  for (const char* path : {"../x", "a/../../x", "/etc/x", "", "a/..", ".."}) {
    const auto refused = tree.File(path, false, Text("x"));
    ASSERT_FALSE(refused) << path;
    EXPECT_EQ(refused.error().blame, Blame::kInput) << path;
  }
  EXPECT_FALSE(fs::exists(folder_.Path() / "x"));
}

TEST_F(TreeWriterTest, NothingIsWrittenThroughALink) {
  auto tree = Make();
  ASSERT_TRUE(tree.SymbolicLink("out", ".."));
  EXPECT_FALSE(tree.File("out/x", false, Text("x")));
  EXPECT_FALSE(tree.File("out", false, Text("x")));
  EXPECT_FALSE(tree.Folder("out/y"));
  EXPECT_FALSE(fs::exists(folder_.Path() / "x"));
  EXPECT_FALSE(fs::exists(folder_.Path() / "y"));
}

TEST_F(TreeWriterTest, LinksThatLeadOutAreRefused) {
  EXPECT_FALSE(Make().SymbolicLink("a", "/etc/passwd"));
  {
    auto tree = Make();
    ASSERT_TRUE(tree.SymbolicLink("b", "../x"));
    EXPECT_FALSE(tree.Finish());
  }
  {
    auto tree = Make();  // each looks harmless by itself
    ASSERT_TRUE(tree.SymbolicLink("here", "."));
    ASSERT_TRUE(tree.SymbolicLink("up", "here/.."));
    const auto refused = tree.Finish();
    ASSERT_FALSE(refused);
    EXPECT_THAT(refused.error().what, HasSubstr("'up' is a link that leads out"));
  }
  EXPECT_FALSE(Make().HardLink("c", "b"));
  EXPECT_FALSE(Make().HardLink("c", "../../etc/passwd"));
}

TEST_F(TreeWriterTest, ALinkToNothingInsideIsFine) {
  auto tree = Make();
  ASSERT_TRUE(tree.SymbolicLink("d/l", "../made-later"));
  EXPECT_TRUE(tree.Finish());
}

TEST_F(TreeWriterTest, SizeAndNumberAreBounded) {
  auto small = Make({.bytes = 8, .entries = 10});
  EXPECT_TRUE(small.File("a", false, Text("12345678")));
  EXPECT_THAT(small.File("b", false, Text("9")).error().what, HasSubstr("unpacks to more than"));
  auto few = Make({.bytes = 8, .entries = 1});
  EXPECT_TRUE(few.Folder("p"));
  EXPECT_THAT(few.Folder("q").error().what, HasSubstr("more than 1 files"));
}

TEST_F(TreeWriterTest, TwiceTheSameIsRefused) {
  auto tree = Make();
  ASSERT_TRUE(tree.File("a", false, Text("1")));
  EXPECT_FALSE(tree.File("a", false, Text("2")));
  EXPECT_FALSE(tree.Folder("a"));
}

}  // namespace
}  // namespace vfqual
