#include "reports/render/escape.h"

#include <gtest/gtest.h>

namespace vfqual::reports {
namespace {

TEST(EscapeHtml, LeavesNoMarkup) {
  EXPECT_EQ(EscapeHtml(R"(</script><img src="x" onerror='alert(1)'>&amp;)"),
            "&lt;/script&gt;&lt;img src=&quot;x&quot; onerror=&#39;alert(1)&#39;&gt;&amp;amp;");
}

TEST(EscapeHtml, MakesHiddenTextVisible) {
  EXPECT_EQ(EscapeHtml(std::string_view("a\0\x1B[31m\xFF\u202E", 11)), "a␀␛[31m\uFFFD[U+202E]");
}

TEST(EscapeHtml, KeepsLongText) {
  EXPECT_EQ(EscapeHtml(std::string(200'000, 'x')).size(), 200'000U);
}

TEST(EscapeMarkdown, LeavesNoMarkup) {
  EXPECT_EQ(EscapeMarkdown("| a | `b` **c** [x](y) <!-- # ~~d~~ \\ $e$ ![i]", 1000),
            "\\| a \\| \\`b\\` \\*\\*c\\*\\* \\[x\\](y) &lt;!-- \\# \\~\\~d\\~\\~ \\\\ \\$e\\$ !\\[i\\]");
  EXPECT_EQ(EscapeMarkdown("a\nb\r\nc\td&lt;", 1000), "a ⏎ b ⏎ c d&amp;lt;");
}

TEST(EscapeMarkdown, KeepsNamesReadable) {
  EXPECT_EQ(EscapeMarkdown("opencl.saxpy.matches_reference", 1000), "opencl.saxpy.matches_reference");
  EXPECT_EQ(EscapeMarkdown("_a_ b_", 1000), "\\_a\\_ b\\_");
}

TEST(EscapeMarkdown, CutsLongText) {
  EXPECT_EQ(EscapeMarkdown(std::string(1000, 'x'), 100), std::string(60, 'x') + "… \\[940 bytes cut\\]");
}

TEST(FileLink, StaysInTheFolder) {
  EXPECT_EQ(FileLink("logs/vf1-console.log"), "logs/vf1-console.log");
  EXPECT_EQ(FileLink("logs/a b&c\"d?x#y.log"), "logs/a%20b%26c%22d%3Fx%23y.log");
  EXPECT_EQ(FileLink("javascript:alert(1)"), "javascript%3Aalert%281%29");
  for (const char* path : {"", "/etc/passwd", "..", "../x", "a/../../x", "a/.."}) EXPECT_EQ(FileLink(path), "") << path;
}

TEST(WebLink, TakesPlainAddressesOnly) {
  EXPECT_EQ(WebLink("https://github.com/strongtz/i915-sriov-dkms/issues/88"),
            "https://github.com/strongtz/i915-sriov-dkms/issues/88");
  for (const char* url : {"", "javascript:alert(1)", "JAVASCRIPT:x", "data:text/html,x", "//example.org", "https://a b",
                          "https://a\"b", "https://a<b>", "https://a\nb", "file:///etc/passwd"}) {
    EXPECT_EQ(WebLink(url), "") << url;
  }
  EXPECT_EQ(WebLink("https://" + std::string(3000, 'a')), "");
}

}  // namespace
}  // namespace vfqual::reports
