#include "reports/render/escape.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>

#include "reports/model/text.h"

namespace vfqual::reports {

namespace {

bool IsAsciiAlnum(char c) {
  return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
}

bool ContainsByte(std::string_view set, char c) {
  return set.find(c) != std::string_view::npos;
}

bool HasParentStep(std::string_view path) {
  return path == ".." || path.starts_with("../") || path.ends_with("/..") ||
         path.find("/../") != std::string_view::npos;
}

}  // namespace

std::string EscapeHtml(std::string_view text) {
  std::string out;
  for (const char c : VisibleText(text, std::string::npos)) {
    switch (c) {
      case '&':
        out += "&amp;";
        break;
      case '<':
        out += "&lt;";
        break;
      case '>':
        out += "&gt;";
        break;
      case '"':
        out += "&quot;";
        break;
      case '\'':
        out += "&#39;";
        break;
      default:
        out += c;
    }
  }
  return out;
}

std::string EscapeMarkdown(std::string_view text, std::size_t max_bytes) {
  const std::string visible = VisibleText(text, max_bytes);
  std::string out;
  for (std::size_t i = 0; i < visible.size(); ++i) {
    const char c = visible[i];
    // An underscore inside a word is no markup, and the names of tests are full of them.
    const bool in_word =
        i > 0 && i + 1 < visible.size() && IsAsciiAlnum(visible[i - 1]) && IsAsciiAlnum(visible[i + 1]);
    if (c == '\n') {
      out += " ⏎ ";
    } else if (c == '\t') {
      out += ' ';
    } else if (c == '&') {
      out += "&amp;";
    } else if (c == '<') {
      out += "&lt;";
    } else if (c == '>') {
      out += "&gt;";
    } else if (ContainsByte("\\`*[]#|~$", c) || (c == '_' && !in_word)) {
      out += '\\';
      out += c;
    } else {
      out += c;
    }
  }
  return out;
}

std::string FileLink(std::string_view path) {
  if (path.empty() || path.front() == '/' || HasParentStep(path)) return {};
  std::string link;
  for (const char c : path) {
    if (IsAsciiAlnum(c) || ContainsByte("._-/", c)) {
      link += c;
    } else {
      link += fmt::format("%{:02X}", static_cast<std::uint8_t>(c));
    }
  }
  return link;
}

std::string WebLink(std::string_view url) {
  if (!url.starts_with("https://") && !url.starts_with("http://")) return {};
  const bool plain = std::all_of(url.begin(), url.end(),
                                 [](char c) { return IsAsciiAlnum(c) || ContainsByte("-._~:/?#[]@!$&'()*+,;=%", c); });
  return plain && url.size() <= 2048 ? std::string(url) : std::string();
}

}  // namespace vfqual::reports
