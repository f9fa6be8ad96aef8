#include "module/build/apt_source.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <map>
#include <sstream>

#include "harness/base/local_host.h"
#include "module/build/release_series.h"

namespace vfqual {

namespace {

constexpr std::size_t kMaxFileBytes = std::size_t{256} << 10U;
// sources.list(5): each takes away what the signature is there for.
constexpr std::array kTrustWithout = {"trusted", "allow-insecure", "allow-weak", "allow-downgrade-to-insecure"};

// Keys in lower case.
using Fields = std::map<std::string, std::string>;

std::string Lower(std::string text) {
  std::ranges::transform(text, text.begin(), [](unsigned char letter) { return std::tolower(letter); });
  return text;
}

std::vector<std::string> WordsOf(std::string text) {
  std::ranges::replace(text, ',', ' ');
  std::istringstream stream(text);
  std::vector<std::string> words;
  for (std::string word; stream >> word;) words.push_back(word);
  return words;
}

bool HasOnly(const std::string& text, std::string_view punctuation) {
  return !text.empty() && std::ranges::all_of(text, [punctuation](unsigned char letter) {
    return std::isalnum(letter) != 0 || punctuation.find(static_cast<char>(letter)) != std::string_view::npos;
  });
}

bool IsUri(const std::string& text) {
  const auto colon = text.find(':');
  return colon != std::string::npos && colon > 0 && std::isalpha(static_cast<unsigned char>(text.front())) != 0 &&
         HasOnly(text, ":/.-_~+%@?=&");
}

// Why it cannot be taken; empty: it can.
std::string WhyRefused(const Fields& fields) {
  for (const auto* name : kTrustWithout) {
    const auto field = fields.find(name);
    if (field != fields.end() && Lower(field->second) != "no" && Lower(field->second) != "false") {
      return fmt::format("'{}' is set: what is not signed is not taken", name);
    }
  }
  const auto key = fields.find("signed-by");
  if (key == fields.end() || key->second.empty()) return {};
  if (key->second.find("BEGIN PGP") != std::string::npos) return "a key within the source: put it into a file";
  for (const auto& word : WordsOf(key->second)) {
    if (!HasOnly(word, "/._-+~!")) return fmt::format("signed-by: '{}' is no file and no fingerprint", word);
  }
  return {};
}

void AddSources(const Fields& fields, const std::string& where, ParsedAptSources& parsed) {
  const auto value = [&fields](const char* name) {
    const auto found = fields.find(name);
    return found == fields.end() ? std::string() : found->second;
  };
  const auto types = WordsOf(value("types"));
  if (std::ranges::find(types, "deb") == types.end()) return;
  if (const auto enabled = Lower(value("enabled")); enabled == "no" || enabled == "false") return;
  if (auto why = WhyRefused(fields); !why.empty()) return parsed.refused.push_back(where + ": " + why);
  const auto uris = WordsOf(value("uris"));
  const auto suites = WordsOf(value("suites"));
  const auto components = WordsOf(value("components"));
  if (uris.empty() || suites.empty() || components.empty()) {
    return parsed.refused.push_back(where + ": a URI, a suite and its components are needed");
  }
  for (const auto& component : components) {
    if (!HasOnly(component, "-/."))
      return parsed.refused.push_back(fmt::format("{}: component '{}'", where, component));
  }
  for (const auto& uri : uris) {
    if (!IsUri(uri)) return parsed.refused.push_back(fmt::format("{}: '{}' is no URI", where, uri));
    for (const auto& suite : suites) {
      if (!IsSuiteName(suite)) return parsed.refused.push_back(fmt::format("{}: suite '{}'", where, suite));
      parsed.sources.push_back({uri, suite, components, fmt::format("{}", fmt::join(WordsOf(value("signed-by")), ",")),
                                SeriesOfBase(BaseSuite(suite)).distribution});
    }
  }
}

// "deb [ option=value … ] URI SUITE COMPONENT…"
void AddLine(std::string line, const std::string& where, ParsedAptSources& parsed) {
  line = line.substr(0, line.find('#'));
  Fields fields;
  const auto open = line.find('[');
  const auto close = line.find(']');
  if (open != std::string::npos && close != std::string::npos && open < close) {
    std::istringstream options(line.substr(open + 1, close - open - 1));
    for (std::string option; options >> option;) {
      const auto equals = option.find('=');
      if (equals != std::string::npos) fields[Lower(option.substr(0, equals))] = option.substr(equals + 1);
    }
    line = line.substr(0, open) + ' ' + line.substr(close + 1);
  }
  std::istringstream words(line);
  words >> fields["types"] >> fields["uris"] >> fields["suites"];
  std::getline(words, fields["components"]);
  AddSources(fields, where, parsed);
}

void AddStanzas(const std::string& text, const std::string& name, ParsedAptSources& parsed) {
  Fields fields;
  std::string key;
  int number = 0;
  int begun = 1;
  const auto end = [&] {
    if (!fields.empty()) AddSources(fields, fmt::format("{}:{}", name, begun), parsed);
    fields.clear();
    key.clear();
    begun = number + 1;
  };
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) {
    ++number;
    if (!line.empty() && line.back() == '\r') line.pop_back();
    if (line.starts_with('#')) continue;
    if (line.find_first_not_of(" \t") == std::string::npos) {
      end();
    } else if (line.front() == ' ' || line.front() == '\t') {
      if (!key.empty()) fields[key] += ' ' + line.substr(line.find_first_not_of(" \t"));
    } else if (const auto colon = line.find(':'); colon != std::string::npos) {
      key = Lower(line.substr(0, colon));
      const auto from = line.find_first_not_of(" \t", colon + 1);
      fields[key] = from == std::string::npos ? "" : line.substr(from, line.find_last_not_of(" \t") - from + 1);
    }
  }
  end();
}

bool IsDeb822(const std::string& text) {
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) {
    if (Lower(line.substr(0, 6)) == "types:") return true;
  }
  return false;
}

// The key by which the source is checked, where the user did not name one.
Status FindKey(AptSource& source) {
  LocalHost host;
  if (source.signed_by.empty()) {
    const auto keyring = KeyringOf(source.distribution);
    if (keyring.empty()) return {};
    if (!host.Exists(keyring).value_or(false)) {
      return FailInput(fmt::format("the archive keys of {} are not on this machine (no {}): what {} says could not be "
                                   "checked",
                                   source.distribution, keyring, source.suite),
                       fmt::format("apt-get install {}-archive-keyring, or name the key: 'deb [signed-by=FILE] …'",
                                   source.distribution));
    }
    source.signed_by = keyring;
    return {};
  }
  for (const auto& word : WordsOf(source.signed_by)) {
    if (word.starts_with('/') && !host.Exists(word).value_or(false)) {
      return FailInput(fmt::format("the key {} of {} is not there", word, source.suite));
    }
  }
  return {};
}

}  // namespace

std::string AptSource::Line() const {
  const auto key = signed_by.empty() ? "" : fmt::format(" signed-by={}", signed_by);
  return fmt::format("deb [arch=amd64{}] {} {} {}", key, uri, suite, fmt::join(components, " "));
}

ParsedAptSources ParseAptSources(std::string_view text, const std::string& name) {
  ParsedAptSources parsed;
  const std::string all(text);
  if (IsDeb822(all)) {
    AddStanzas(all, name, parsed);
    return parsed;
  }
  std::istringstream lines(all);
  int number = 0;
  for (std::string line; std::getline(lines, line);) AddLine(line, fmt::format("{}:{}", name, ++number), parsed);
  return parsed;
}

Result<std::vector<AptSource>> OpenAptSource(const std::string& spec) {
  constexpr const char* kForms = "write 'deb [signed-by=FILE] URI SUITE COMPONENT…', or the path of a .sources file";
  const bool line = spec.starts_with("deb ") || spec.starts_with("deb\t");
  const std::string name = line ? "--apt-source" : spec;
  std::string text = spec;
  if (!line) {
    auto read = LocalHost().ReadFile(spec, kMaxFileBytes);
    if (!read) return FailInput(fmt::format("--apt-source: {}", read.error().what), kForms);
    text = *std::move(read);
  }
  auto parsed = ParseAptSources(text, name);
  if (!parsed.refused.empty()) return FailInput(parsed.refused.front(), kForms);
  if (parsed.sources.empty()) return FailInput(fmt::format("{}: there is no source of packages in it", name), kForms);
  for (auto& source : parsed.sources) VFQUAL_CHECK(FindKey(source), "");
  return parsed.sources;
}

}  // namespace vfqual
