// Hostile text in the formats that people open. Each makes the text visible first (model/text.h).
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace vfqual::reports {

// For text and for attribute values in double or single quotes. The length is not bounded: the report's fields are.
std::string EscapeHtml(std::string_view text);

// One line of GitHub-flavoured Markdown that shows the text and nothing else, also inside a table; longer text is cut.
std::string EscapeMarkdown(std::string_view text, std::size_t max_bytes);

// The address of a file in the run folder, percent-encoded; empty for a path that leads out of the folder.
std::string FileLink(std::string_view path);

// The address itself when it is a plain https or http one; else empty, and it must not become a link.
std::string WebLink(std::string_view url);

}  // namespace vfqual::reports
