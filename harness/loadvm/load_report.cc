#include "harness/loadvm/load_report.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <utility>

#include "harness/base/strict_json.h"
#include "harness/guest/printable.h"

namespace vfqual {

namespace {

constexpr std::size_t kMaxLineBytes = 16384;
constexpr std::size_t kMaxLines = 20000;
constexpr std::size_t kMaxParameters = 100;
constexpr std::size_t kMaxFiles = 100;
constexpr std::int64_t kMaxErrno = 4095;  // MAX_ERRNO of the kernel
constexpr std::int64_t kMaxCode = 255;
// An ELF note: three words (size of the name, of the content, the type), the name "GNU" and its zero.
constexpr std::size_t kNoteHeaderDigits = std::size_t{2} * 16;

std::string Printable(const std::string& text) {
  return MakePrintable(text, Unprintable::kEscape);
}

std::optional<std::string> BytesOfHex(std::string_view hex) {
  const auto value = [](char digit) -> unsigned {
    if (digit >= '0' && digit <= '9') return static_cast<unsigned>(digit - '0');
    if (digit >= 'a' && digit <= 'f') return static_cast<unsigned>(digit - 'a') + 10U;
    return ~0U;
  };
  if (hex.size() % 2 != 0) return std::nullopt;
  std::string bytes;
  for (std::size_t at = 0; at < hex.size(); at += 2) {
    const unsigned high = value(hex[at]);
    const unsigned low = value(hex[at + 1]);
    if (high > 15 || low > 15) return std::nullopt;
    bytes += static_cast<char>(high << 4U | low);
  }
  return bytes;
}

class Parser {
 public:
  explicit Parser(const std::vector<std::string>& modules) : modules_(modules) {}

  Status Line(std::string_view text, std::size_t number) {
    const auto place = fmt::format("the machine's report, line {}", number);
    if (text.size() > kMaxLineBytes) return Fail(fmt::format("{}: longer than {} bytes", place, kMaxLineBytes));
    VFQUAL_TRY(const auto line, ParseJson(std::string(text), place), "");
    if (!line.is_object()) return Fail(place + ": not an object");
    ObjectReader reader(line, place, "");
    Take(reader);
    VFQUAL_CHECK(reader.Finish(), "");
    return {};
  }
  LoadReport Done() { return std::move(report_); }

 private:
  void Take(ObjectReader& reader) {
    const auto event = reader.String("event");
    if (event == "hello") return TakeHello(reader);
    if (report_.kernel.empty()) return reader.Reject("/event", "comes before hello");
    if (event == "end") {
      static_cast<void>(reader.String("taint"));
      report_.ended = true;
    } else if (event == "log") {
      TakeLog(reader);
    } else if (event == "load" || event == "unload") {
      auto* const module = Module(reader);
      auto run = TakeRun(reader);
      if (module != nullptr) (event == "load" ? module->load : module->unload) = std::move(run);
    } else if (event == "loaded") {
      TakeLoaded(reader);
    } else if (event == "efi_variable") {
      const auto variable = Printable(reader.String("variable"));
      const auto sys_errno = static_cast<int>(reader.Integer("errno", 0, kMaxErrno));
      if (report_.efi_writes.size() < kMaxFiles) report_.efi_writes[variable] = sys_errno;
    } else if (event == "file") {
      TakeFile(reader);
    } else if (event == "stayed") {
      auto* const module = Module(reader);
      auto refcnt = Printable(reader.String("refcnt"));
      if (module != nullptr) module->stayed_with_refcnt = std::move(refcnt);
    } else {
      reader.Reject("/event", "unknown");
    }
  }

  void TakeHello(ObjectReader& reader) {
    if (reader.String("schema") != kLoadReportSchema) reader.Reject("/schema", "not " + std::string(kLoadReportSchema));
    if (!report_.kernel.empty()) reader.Reject("/event", "hello comes twice");
    report_.kernel = Printable(reader.String("kernel"));
    if (report_.kernel.empty()) reader.Reject("/kernel", "empty");
  }

  ModuleReport* Module(ObjectReader& reader) {
    const auto name = reader.String("module");
    if (std::find(modules_.begin(), modules_.end(), name) == modules_.end()) {
      reader.Reject("/module", "not a module of this job");
      return nullptr;
    }
    return &report_.modules[name];
  }

  static ModprobeRun TakeRun(ObjectReader& reader) {
    ModprobeRun run;
    run.exit_code = static_cast<int>(reader.Integer("exit_code", -1, kMaxCode));
    run.signal = static_cast<int>(reader.Integer("signal", 0, kMaxCode));
    run.timed_out = reader.Boolean("timed_out");
    const auto& seconds = reader.Value("seconds", true);
    if (seconds.is_number()) run.seconds = seconds.get<double>();
    run.output = Printable(reader.String("output"));
    return run;
  }

  void TakeLoaded(ObjectReader& reader) {
    auto* const module = Module(reader);
    LoadedState state;
    state.state = Printable(reader.String("state"));
    state.srcversion = Printable(reader.String("srcversion"));
    state.build_id = BuildIdOfNote(reader.String("build_id_note"));
    state.taint = Printable(reader.String("taint"));
    const auto& parameters = reader.Value("parameters", true);
    if (!parameters.is_object() || parameters.size() > kMaxParameters) {
      return reader.Reject("/parameters", "not an object of parameters");
    }
    for (const auto& [name, value] : parameters.items()) {
      if (!value.is_string()) return reader.Reject("/parameters", "a value is not text");
      state.parameters[Printable(name)] = Printable(value.get<std::string>());
    }
    if (module != nullptr) module->loaded = std::move(state);
  }

  void TakeFile(ObjectReader& reader) {
    const auto path = reader.String("path");
    const auto sys_errno = reader.Integer("errno", 0, kMaxErrno);
    const auto hex = reader.String("content");
    if (sys_errno != 0) return;
    const auto content = BytesOfHex(hex);
    if (!content) return reader.Reject("/content", "not hex digits");
    if (report_.files.size() < kMaxFiles) report_.files[path] = *content;
  }

  void TakeLog(ObjectReader& reader) {
    LoggedRecord logged;
    const auto name = reader.String("module");
    if (!name.empty() && std::find(modules_.begin(), modules_.end(), name) == modules_.end()) {
      return reader.Reject("/module", "not a module of this job");
    }
    logged.module = name;
    for (auto& record : ParseKernelLog(reader.String("record"))) {
      logged.record = std::move(record);
      report_.log.push_back(logged);
    }
  }

  const std::vector<std::string>& modules_;
  LoadReport report_;
};

}  // namespace

std::string ModprobeRun::Describe() const {
  if (timed_out) return fmt::format("did not end within {:.0f} s", seconds);
  if (signal != 0) return fmt::format("killed by signal {}", signal);
  auto text = output;
  while (!text.empty() && text.back() == '\n') text.pop_back();
  const auto line = text.substr(text.rfind('\n') + 1);
  return line.empty() ? fmt::format("exit {}", exit_code) : fmt::format("exit {}: {}", exit_code, line);
}

Result<LoadReport> ParseLoadReport(std::string_view text, const std::vector<std::string>& modules) {
  if (text.size() > kMaxLoadReportBytes) {
    return Fail(fmt::format("the machine's report is longer than {} bytes", kMaxLoadReportBytes));
  }
  Parser parser(modules);
  std::size_t number = 0;
  for (std::size_t at = 0; at < text.size();) {
    const auto end = text.find('\n', at);
    if (end == std::string_view::npos) break;
    if (++number > kMaxLines) return Fail(fmt::format("the machine's report has more than {} lines", kMaxLines));
    if (auto taken = parser.Line(text.substr(at, end - at), number); !taken) {
      // No person wrote it.
      taken.error().blame = Blame::kHarness;
      taken.error().fix.clear();
      return tl::unexpected<Error>(std::move(taken).error());
    }
    at = end + 1;
  }
  return parser.Done();
}

std::string BuildIdOfNote(std::string_view note_hex) {
  const auto is_hex = [](char letter) { return (letter >= '0' && letter <= '9') || (letter >= 'a' && letter <= 'f'); };
  if (note_hex.size() <= kNoteHeaderDigits || !std::all_of(note_hex.begin(), note_hex.end(), is_hex)) return {};
  return std::string(note_hex.substr(kNoteHeaderDigits));
}

}  // namespace vfqual
