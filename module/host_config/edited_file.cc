#include "module/host_config/edited_file.h"

#include <fmt/format.h>

#include <algorithm>

#include "module/host_config/command_line_files.h"
#include "module/host_config/config_text.h"
#include "module/host_config/grub_config.h"
#include "module/host_config/shell_assignment.h"
#include "module/host_config/text_tools.h"

namespace vfqual::host_config {

namespace {

// Where the kernel command line stands in a file's text.
struct Span {
  std::size_t begin = 0;
  std::size_t end = 0;
};

std::optional<Span> CommandLineIn(const std::string& path, const std::string& text) {
  if (path.starts_with(kGrubDefaults)) {
    const auto found = FindShellAssignment(text, "GRUB_CMDLINE_LINUX_DEFAULT", path);
    if (!found || !*found) return std::nullopt;
    const std::size_t quote = (*found)->quote == 0 ? 0 : 1;
    return Span{(*found)->begin + quote, (*found)->end - quote};
  }
  std::size_t at = 0;
  for (const auto& line : SplitLines(text)) {
    const bool in_entry = line.text.starts_with("options ") || line.text.starts_with("options\t");
    if (path == kKernelCmdline && !line.text.empty()) return Span{at, at + line.text.size()};
    if (path.ends_with(".conf") && in_entry) return Span{at + std::string("options").size(), at + line.text.size()};
    at += line.text.size() + line.end.size();
  }
  return std::nullopt;
}

std::string Cut(const std::string& text, const Span& span) {
  return text.substr(span.begin, span.end - span.begin);
}

std::string Replaced(std::string text, const Span& span, const std::string& with) {
  return text.replace(span.begin, span.end - span.begin, with);
}

// By parameter, where all three have a command line; null where not.
Result<std::optional<std::string>> MergeByParameter(const std::string& path, const std::string& current,
                                                    const std::string& after, const std::string& before) {
  const auto in_current = CommandLineIn(path, current);
  const auto in_after = CommandLineIn(path, after);
  const auto in_before = CommandLineIn(path, before);
  if (!in_current || !in_after || !in_before) return std::optional<std::string>();
  const std::string words =
      WordsWithoutOurChange(Cut(current, *in_current), Cut(before, *in_before), Cut(after, *in_after));
  const std::string same = "x";  // so that what is left differs around the command line only
  VFQUAL_TRY(auto merged,
             MergeTexts(Replaced(current, *in_current, same), Replaced(after, *in_after, same),
                        Replaced(before, *in_before, same)),
             "");
  if (!merged) return merged;
  const auto in_merged = CommandLineIn(path, *merged);
  if (!in_merged) return std::optional<std::string>();
  return std::optional(Replaced(*merged, *in_merged, words));
}

std::string KeyOf(const std::string& word) {
  return NormalName(word.substr(0, word.find('=')));
}

std::vector<TextWord>::iterator Find(std::vector<TextWord>& words, const std::string& text) {
  return std::find_if(words.begin(), words.end(), [&](const TextWord& word) { return word.text == text; });
}

std::vector<TextWord>::iterator FindKey(std::vector<TextWord>& words, const std::string& key) {
  return std::find_if(words.begin(), words.end(), [&](const TextWord& word) { return KeyOf(word.text) == key; });
}

}  // namespace

std::string WordsWithoutOurChange(const std::string& current, const std::string& before, const std::string& after) {
  auto now = SplitWords(current, "");
  auto old = SplitWords(before, "");
  auto ours = SplitWords(after, "");
  if (!now || !old || !ours) return current;
  for (const auto& word : ours->words) {
    if (Find(old->words, word.text) != old->words.end()) continue;
    const auto place = Find(now->words, word.text);
    if (place == now->words.end()) continue;
    const auto replaced = FindKey(old->words, KeyOf(word.text));
    if (replaced != old->words.end()) {
      place->text = replaced->text;
    } else {
      RemoveWord(*now, static_cast<std::size_t>(place - now->words.begin()));
    }
  }
  for (const auto& word : old->words) {
    const bool we_took_it = Find(ours->words, word.text) == ours->words.end();
    if (we_took_it && FindKey(now->words, KeyOf(word.text)) == now->words.end()) now->words.push_back({" ", word.text});
  }
  return JoinWords(*now);
}

Result<FileText> WithoutOurChange(const RecordedFile& file, const FileText& current, const std::string& backup) {
  if (current == file.before || current == file.now || current == file.after) return file.before;
  if (!current) return FileText();  // removed since, and our change with it
  const std::string before = file.before.value_or("");
  const std::string after = file.after.value_or("");
  VFQUAL_TRY(auto merged, MergeTexts(*current, after, before), "");
  if (!merged) {
    VFQUAL_TRY(merged, MergeByParameter(file.path, *current, after, before), "");
  }
  if (merged) return merged->empty() && !file.before ? FileText() : FileText(*std::move(merged));
  return FailInput(
      fmt::format("{} was edited since `vfqual host configure` in the very lines that it changed", file.path),
      file.before
          ? fmt::format("put it back by hand (as it was before: {}), then call this again", backup)
          : fmt::format("remove {} by hand, or what you no longer want of it, then call this again", file.path));
}

}  // namespace vfqual::host_config
