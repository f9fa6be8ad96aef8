// Writes HTML in which no text can become markup: whatever goes in is escaped, tags are closed in order.
#pragma once

#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

namespace vfqual::reports {

struct Attribute {
  std::string_view name;
  std::string value;
};

class HtmlWriter {
 public:
  using Attributes = std::initializer_list<Attribute>;

  // Tags and attribute names are string literals of the renderers, never data.
  HtmlWriter& Open(std::string_view tag, Attributes attributes = {});
  HtmlWriter& Close();
  HtmlWriter& Text(std::string_view text);
  // An element with nothing but text in it.
  HtmlWriter& Element(std::string_view tag, Attributes attributes, std::string_view text);
  HtmlWriter& Element(std::string_view tag, std::string_view text) { return Element(tag, {}, text); }
  // An element without an end tag: meta, link, br.
  HtmlWriter& Void(std::string_view tag, Attributes attributes);
  // Trusted text of the program itself, as it is: the doctype and the style sheet.
  HtmlWriter& Verbatim(std::string_view trusted);

  const std::string& text() const { return out_; }

 private:
  std::string out_;
  std::vector<std::string_view> open_;
};

}  // namespace vfqual::reports
