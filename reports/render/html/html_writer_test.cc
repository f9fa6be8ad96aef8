#include "reports/render/html/html_writer.h"

#include <gtest/gtest.h>

namespace vfqual::reports {
namespace {

TEST(HtmlWriter, EscapesTextAndAttributes) {
  HtmlWriter html;
  html.Open("p", {{"title", "\"><script>"}}).Text("<b>").Close();
  EXPECT_EQ(html.text(), "<p title=\"&quot;&gt;&lt;script&gt;\">&lt;b&gt;</p>\n");
}

TEST(HtmlWriter, ClosesInOrderAndAddsNoSpaceToLines) {
  HtmlWriter html;
  html.Open("td").Element("a", {{"href", "#x"}}, "x").Text(": y").Close();
  EXPECT_EQ(html.text(), "<td><a href=\"#x\">x</a>: y</td>\n");
}

}  // namespace
}  // namespace vfqual::reports
