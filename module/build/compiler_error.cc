#include "module/build/compiler_error.h"

#include <algorithm>
#include <array>
#include <charconv>

namespace vfqual {

namespace {

constexpr std::size_t kMaxLinesBehind = 60;

struct Place {
  std::string_view file;
  int line = 0;
  std::string_view rest;  // behind "file:line:column: "
};

// "path:12:5: …" or "path:12: …"
std::optional<Place> ReadPlace(std::string_view text) {
  for (std::size_t colon = text.find(':'); colon != std::string_view::npos; colon = text.find(':', colon + 1)) {
    int line = 0;
    const char* const begin = text.data() + colon + 1;
    const char* const end = text.data() + text.size();
    const auto parsed = std::from_chars(begin, end, line);
    if (parsed.ec != std::errc{} || parsed.ptr == end || (*parsed.ptr != ':' && *parsed.ptr != ',')) continue;
    Place place{text.substr(0, colon), line, {}};
    int column = 0;
    const auto second = std::from_chars(parsed.ptr + 1, end, column);
    const char* const rest =
        second.ec == std::errc{} && second.ptr != end && *second.ptr == ':' ? second.ptr + 1 : parsed.ptr + 1;
    place.rest = std::string_view(rest, static_cast<std::size_t>(end - rest));
    if (place.rest.starts_with(' ')) place.rest.remove_prefix(1);
    return place;
  }
  return std::nullopt;
}

// "include/linux/fs.h" of ".../linux-headers-6.1.0-56-common/include/linux/fs.h"; nothing for another file.
std::optional<std::string> KernelFile(std::string_view path) {
  while (path.starts_with("./")) path.remove_prefix(2);
  for (const std::string_view mark : {"/linux-headers-", "/lib/modules/", "/kernels/"}) {
    const auto at = path.find(mark);
    if (at == std::string_view::npos) continue;
    for (const std::string_view top : {"/include/", "/arch/"}) {
      const auto inside = path.find(top, at);
      if (inside != std::string_view::npos) return std::string(path.substr(inside + 1));
    }
  }
  // GCC names headers as they were given to it: relative to the kernel's folder (with -I./include).
  if (path.starts_with("include/") || path.starts_with("arch/")) return std::string(path);
  return std::nullopt;
}

std::string Relative(std::string_view path, std::string_view package) {
  if (const auto kernel = KernelFile(path)) return *kernel;
  if (!package.empty() && path.starts_with(package)) path.remove_prefix(package.size());
  while (path.starts_with('/') || path.starts_with("./")) path.remove_prefix(path.starts_with('/') ? 1 : 2);
  return std::string(path);
}

// The nearest header of the kernel on the chain of includes right before the error.
std::string HeaderBefore(const std::vector<std::string_view>& lines, std::size_t at) {
  std::string header;
  while (at > 0) {
    std::string_view line = lines[--at];
    const bool chain = line.starts_with("In file included from ") || line.starts_with("                 from ");
    // "x.c: In function 'f':" stands between the chain and its error.
    if (!chain && line.ends_with(':') && header.empty()) continue;
    if (!chain) break;
    line.remove_prefix(line.find("from ") + 5);
    if (const auto place = ReadPlace(line)) {
      if (const auto kernel = KernelFile(place->file)) header = *kernel;
    }
    if (lines[at].starts_with("In file included from ")) break;
  }
  return header;
}

bool IsChainOrExcerpt(std::string_view line) {
  return line.starts_with("In file included from ") || line.starts_with("                 from ") ||
         line.find(" | ") != std::string_view::npos || line.ends_with(" |");
}

// The notes that belong to the error, in their order.
std::vector<Place> NotesBehind(const std::vector<std::string_view>& lines, std::size_t at) {
  std::vector<Place> notes;
  for (std::size_t behind = at + 1; behind < std::min(lines.size(), at + kMaxLinesBehind); ++behind) {
    if (IsChainOrExcerpt(lines[behind])) continue;
    const auto place = ReadPlace(lines[behind]);
    if (!place || !place->rest.starts_with("note: ")) break;
    notes.push_back(*place);
  }
  return notes;
}

// "note: expected … but argument is of type …", "note: declared here"
std::string HeaderOfNotes(const std::vector<Place>& notes) {
  for (const auto& note : notes) {
    if (const auto kernel = KernelFile(note.file)) return *kernel;
  }
  return {};
}

// An error in a kernel's macro belongs to the line that used the macro; the header is the one that defines that macro.
void LeadOutOfMacro(const std::vector<Place>& notes, std::string_view package, CompilerError& error) {
  for (const auto& note : notes) {
    if (note.rest.find("in expansion of macro") == std::string_view::npos) continue;
    if (const auto kernel = KernelFile(note.file)) {
      error.header = *kernel;
      continue;
    }
    error.file = Relative(note.file, package);
    error.line = note.line;
    return;
  }
}

// fatal error: x.h: No such file or directory: the kernel's where it was asked for with <…>.
void NoteMissingFile(const std::vector<std::string_view>& lines, std::size_t at, CompilerError& error) {
  constexpr std::string_view kMissing = ": No such file or directory";
  const auto end = error.message.find(kMissing);
  if (end == std::string::npos) return;
  const auto include = at + 1 < lines.size() ? lines[at + 1] : std::string_view{};
  if (include.find("#include \"") != std::string_view::npos) {
    error.local_file_missing = true;
  } else if (include.find("#include <") != std::string_view::npos) {
    error.header = "include/" + error.message.substr(0, end);
  }
}

}  // namespace

std::optional<CompilerError> ReadCompilerError(const std::vector<std::string_view>& lines, std::size_t at,
                                               std::string_view package) {
  const auto place = ReadPlace(lines[at]);
  if (!place || place->file.find(' ') != std::string_view::npos) return std::nullopt;
  for (const std::string_view mark : {"error: ", "fatal error: "}) {
    if (!place->rest.starts_with(mark)) continue;
    CompilerError error;
    error.file = Relative(place->file, package);
    error.line = place->line;
    error.message = place->rest.substr(mark.size());
    const auto notes = NotesBehind(lines, at);
    if (const auto kernel = KernelFile(place->file)) {
      error.header = *kernel;
      LeadOutOfMacro(notes, package, error);
    } else {
      error.header = HeaderOfNotes(notes);
      if (error.header.empty()) error.header = HeaderBefore(lines, at);
    }
    NoteMissingFile(lines, at, error);
    return error;
  }
  return std::nullopt;
}

}  // namespace vfqual
