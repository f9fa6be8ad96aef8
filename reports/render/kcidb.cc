#include "reports/render/kcidb.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <optional>
#include <unordered_set>

#include "reports/model/json_writer.h"
#include "reports/model/text.h"
#include "reports/render/escape.h"
#include "reports/render/format.h"

namespace vfqual::reports {

namespace {

constexpr std::string_view kOrigin = "vfqual";
constexpr std::size_t kMaxExcerpt = 16384;  // characters
constexpr std::size_t kMaxText = 4096;

// "vfqual:…": lower-case letters, digits and underscores before the colon, printable ASCII after it.
void AppendToId(std::string_view text, std::string& id) {
  for (const char c : text) id += c > ' ' && c < '\x7f' ? c : '_';
}

std::string Id(std::string_view text) {
  std::string id = fmt::format("{}:", kOrigin);
  AppendToId(text, id);
  return id;
}

bool IsHex(std::string_view text) {
  return !text.empty() && text.find_first_not_of("0123456789abcdef") == std::string_view::npos;
}

// A list of objects, one a line, as text.
class ObjectList {
 public:
  // `fill` writes the members of one more.
  template <class Fill>
  void Add(const Fill& fill) {
    text_ += text_.empty() ? "\n    " : ",\n    ";
    JsonLineWriter json(text_);
    json.Object([&] { fill(json); });
  }
  void AppendTo(std::string& out) const { out += text_.empty() ? "[]" : fmt::format("[{}\n  ]", text_); }
  std::string Take() { return std::move(text_); }

 private:
  std::string text_;
};

void Text(JsonLineWriter& json, std::string_view key, const std::string& text, std::size_t longest = kMaxText) {
  if (!text.empty()) json.Member(key, VisibleText(text, longest));
}

std::size_t CountTests(const Report& report) {
  std::size_t count = 0;
  for (const CellReport& cell : report.cells) {
    count += 2 + cell.stages.size() + cell.host_tests.size() + cell.host_metrics.size();
    for (const GuestReport& guest : cell.guests) {
      count += guest.stages.size() + guest.tests.size() + guest.metrics.size();
    }
  }
  return count;
}

// Makes the three lists; what is in them already is not told twice.
class Document {
 public:
  explicit Document(std::size_t tests) { ids_.reserve(tests); }

  void Cell(const Report& report, const CellReport& cell) {
    const std::string revision = fmt::format("{}/{}/{}", cell.module.name, cell.module.version, cell.module.srcversion);
    const std::string checkout = Id("checkout/" + revision);
    if (ids_.insert(checkout).second) Checkout(checkout, cell);
    const std::string build = Id(fmt::format("build/{}/{}", revision, cell.kernel.release));
    if (ids_.insert(build).second) Build(build, checkout, cell);
    build_ = build;
    cell_ = &cell;
    prefix_ = fmt::format("test/{}/{}", cell.run.empty() ? report.run.id : cell.run, cell.id);
    Place(nullptr, cell.stages, cell.host_tests, cell.host_metrics);
    for (const GuestReport& guest : cell.guests) Place(&guest, guest.stages, guest.tests, guest.metrics);
  }

  // The tests are nearly all of it: they are not copied, but the rest is put around them.
  std::string TakeText() {
    std::string head = "{\n  \"version\": {\"major\": 5, \"minor\": 3},\n  \"checkouts\": ";
    checkouts_.AppendTo(head);
    head += ",\n  \"builds\": ";
    builds_.AppendTo(head);
    head += ",\n  \"tests\": [";
    std::string text = tests_.Take();
    text += text.empty() ? "]\n}\n" : "\n  ]\n}\n";
    text.insert(0, head);
    return text;
  }

 private:
  void Checkout(const std::string& id, const CellReport& cell) {
    checkouts_.Add([&](JsonLineWriter& json) {
      json.Member("id", id);
      json.Member("origin", kOrigin);
      Text(json, "tree_name", cell.module.name);
      const std::string& source = cell.module.source;
      if (IsHex(source) && source.size() == 40) json.Member("git_commit_hash", source);
      Text(json, "git_commit_name", cell.module.version);
      Text(json, "comment", source);
      json.Member("valid", true);
    });
  }

  void Build(const std::string& id, const std::string& checkout, const CellReport& cell) {
    builds_.Add([&](JsonLineWriter& json) {
      json.Member("checkout_id", checkout);
      json.Member("id", id);
      json.Member("origin", kOrigin);
      const auto stage = std::find_if(cell.stages.begin(), cell.stages.end(),
                                      [](const StageReport& one) { return one.name == "build"; });
      if (stage != cell.stages.end()) {
        Text(json, "start_time", stage->started);
        json.Member("duration", stage->seconds);
        json.Member("status", Word(stage->verdict));
        Text(json, "log_excerpt", stage->reason, kMaxExcerpt);
      }
      json.Member("architecture", "x86_64");
      Text(json, "config_name", cell.kernel.release);
      json.Object("misc", [&] {
        json.Member("kernel_release", cell.kernel.release);
        json.Member("driver", cell.module.driver);
      });
    });
  }

  void Place(const GuestReport* guest, const std::vector<StageReport>& stages, const std::vector<TestReport>& tests,
             const std::vector<MetricReport>& metrics) {
    const std::string place = guest == nullptr ? "host" : guest->facts.name;
    const std::string environment = Environment(guest);
    const std::string id_of_place = Id(fmt::format("{}/{}/", prefix_, place));
    const auto add = [&](const std::string& group, const std::string& name, std::string_view status,
                         std::optional<double> seconds, const std::string& reason, const auto& more) {
      const std::string id = TestId(id_of_place, group, name);
      tests_.Add([&](JsonLineWriter& json) {
        json.RawMember("environment", environment);
        json.Member("build_id", build_);
        json.Member("id", id);
        json.Member("origin", kOrigin);
        json.Member("path", KcidbPath("vfqual." + group + "." + name));
        json.Member("status", status);
        if (seconds) json.Member("duration", *seconds);
        Text(json, "comment", place + ": " + name);
        Text(json, "log_excerpt", reason, kMaxExcerpt);
        more(json);
      });
    };
    const auto nothing_more = [](JsonLineWriter& /*json*/) {};
    for (const StageReport& stage : stages) {
      add("stage", stage.name, Word(stage.verdict), stage.seconds, stage.reason,
          [&](JsonLineWriter& json) { Text(json, "start_time", stage.started); });
    }
    for (const TestReport& test : tests) {
      add(test.stage, test.path, Word(test.verdict), test.seconds, test.reason, nothing_more);
    }
    for (const MetricReport& metric : metrics) {
      add(metric.stage, metric.path, Word(metric.value ? Verdict::kDone : Verdict::kError), std::nullopt, metric.reason,
          [&](JsonLineWriter& json) { Number(json, metric); });
    }
  }

  static void Number(JsonLineWriter& json, const MetricReport& metric) {
    if (metric.value) {
      json.Object("number", [&] {
        json.Member("value", *metric.value);
        Text(json, "unit", metric.unit);
        const bool bytes = metric.unit == "B" || metric.unit == "B/s";
        if (!metric.unit.empty()) json.Member("prefix", bytes ? "binary" : "metric");
      });
    }
    if (!metric.samples.empty()) json.Object("misc", [&] { json.Values("samples", metric.samples); });
  }

  // As JSON: all tests of a place have the same.
  std::string Environment(const GuestReport* guest) const {
    std::string text;
    WriteEnvironment(guest, text);
    return text;
  }

  void WriteEnvironment(const GuestReport* guest, std::string& text) const {
    const PlatformFacts& platform = cell_->platform;
    JsonLineWriter json(text);
    json.Object([&] {
      Text(json, "comment", platform.name + (platform.hardware ? "" : " (" + LabLabel(*cell_) + ")"));
      json.Object("misc", [&] {
        json.Member("platform", platform.id);
        json.Member("hardware", platform.hardware);
        json.Member("kernel_release", cell_->kernel.release);
        if (guest == nullptr) return;
        json.Object("guest", [&] {
          json.Member("name", guest->facts.name);
          json.Member("vf", guest->facts.vf);
          json.Member("image", guest->facts.image);
          json.Member("kernel", guest->facts.kernel);
        });
      });
      if (platform.pf.vendor.empty()) return;
      json.Values("compatible", std::array{fmt::format("pci{},{}", platform.pf.vendor, platform.pf.device)});
    });
  }

  std::string TestId(const std::string& id_of_place, const std::string& group, const std::string& name) {
    std::string first = id_of_place;
    AppendToId(group, first);
    first += '/';
    AppendToId(name, first);
    std::string id = first;
    for (int i = 2; !ids_.insert(id).second; ++i) id = fmt::format("{}/{}", first, i);
    return id;
  }

  ObjectList checkouts_;
  ObjectList builds_;
  ObjectList tests_;
  std::unordered_set<std::string> ids_;
  std::string build_;
  std::string prefix_;
  const CellReport* cell_ = nullptr;
};

}  // namespace

std::string KcidbPath(std::string_view path) {
  std::string out;
  for (const char c : path) {
    if (c == '.') {
      if (!out.empty() && out.back() != '.') out += c;
      continue;
    }
    out += std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '-' ? c : '_';
  }
  while (out.ends_with('.')) out.pop_back();
  return out;
}

std::string KcidbJson(const Report& report) {
  Document document(CountTests(report));
  for (const CellReport& cell : report.cells) document.Cell(report, cell);
  return document.TakeText();
}

}  // namespace vfqual::reports
