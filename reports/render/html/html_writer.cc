#include "reports/render/html/html_writer.h"

#include "reports/render/escape.h"

namespace vfqual::reports {

namespace {
// A line feed after these would show as a space, or as a line break in preformatted text.
bool IsInline(std::string_view tag) {
  return tag == "b" || tag == "small" || tag == "a" || tag == "span" || tag == "code" || tag == "strong";
}
}  // namespace

HtmlWriter& HtmlWriter::Void(std::string_view tag, Attributes attributes) {
  out_ += '<';
  out_ += tag;
  for (const Attribute& attribute : attributes) {
    out_ += ' ';
    out_ += attribute.name;
    out_ += "=\"" + EscapeHtml(attribute.value) + '"';
  }
  out_ += '>';
  return *this;
}

HtmlWriter& HtmlWriter::Open(std::string_view tag, Attributes attributes) {
  open_.push_back(tag);
  return Void(tag, attributes);
}

HtmlWriter& HtmlWriter::Close() {
  const std::string_view tag = open_.back();
  open_.pop_back();
  out_ += "</";
  out_ += tag;
  out_ += IsInline(tag) ? ">" : ">\n";
  return *this;
}

HtmlWriter& HtmlWriter::Text(std::string_view text) {
  out_ += EscapeHtml(text);
  return *this;
}

HtmlWriter& HtmlWriter::Element(std::string_view tag, Attributes attributes, std::string_view text) {
  return Open(tag, attributes).Text(text).Close();
}

HtmlWriter& HtmlWriter::Verbatim(std::string_view trusted) {
  out_ += trusted;
  return *this;
}

}  // namespace vfqual::reports
