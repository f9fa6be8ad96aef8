#include "reports/render/html/parts.h"

#include <fmt/format.h>

#include <algorithm>

#include "reports/render/escape.h"
#include "reports/render/format.h"

namespace vfqual::reports {

void WriteVerdict(HtmlWriter& html, Verdict verdict, bool big) {
  const std::string word(Word(verdict));
  html.Open("span", {{"class", (big ? "verdict big " : "verdict ") + word}});
  html.Open("span", {{"aria-hidden", "true"}}).Text(Sign(verdict)).Close();
  html.Text(word).Close();
}

void WriteNoResult(HtmlWriter& html) {
  html.Element("span", {{"class", "none"}}, "no result");
}

void WriteLog(HtmlWriter& html, const std::string& path) {
  if (path.empty()) return;
  const std::string link = FileLink(path);
  html.Open("div", {{"class", "muted"}}).Text("Log: ");
  if (link.empty()) {
    html.Element("code", path);
  } else {
    html.Element("a", {{"href", link}}, path);
  }
  html.Close();
}

void WriteFact(HtmlWriter& html, std::string_view what, const std::string& value) {
  if (value.empty()) return;
  html.Open("div").Element("dt", what).Element("dd", value).Close();
}

void WriteColumnHead(HtmlWriter& html, std::string_view title) {
  html.Element("th", {{"scope", "col"}, {"class", title == "Time" ? "number" : ""}}, title);
}

void WriteNameCell(HtmlWriter& html, const std::string& anchor, std::string_view text) {
  html.Open("th", {{"scope", "row"}, {"class", "name"}});
  html.Open("a", {{"href", "#" + anchor}});
  // Long names of tests break after a dot, an underscore or a slash, not inside a word.
  for (std::size_t begin = 0; begin < text.size();) {
    const std::size_t end = std::min(text.find_first_of("._/", begin), text.size() - 1) + 1;
    html.Text(text.substr(begin, end - begin));
    if (end < text.size()) html.Void("wbr", {});
    begin = end;
  }
  html.Close().Close();
}

std::string MatrixWidth(const CellReport& cell) {
  return fmt::format("min-width:{}rem", 10 + 6 * cell.guests.size());
}

std::string Slug(std::string_view text) {
  constexpr std::size_t kMaxSlug = 80;
  std::string slug;
  for (const char c : text) {
    if (slug.size() == kMaxSlug) break;
    const bool plain =
        (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '.';
    if (plain) {
      slug += c;
    } else if (!slug.empty() && slug.back() != '-') {
      slug += '-';
    }
  }
  return slug;
}

}  // namespace vfqual::reports
