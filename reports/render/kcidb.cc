#include "reports/render/kcidb.h"

#include <fmt/format.h>

#include <cctype>
#include <nlohmann/json.hpp>
#include <set>

#include "reports/model/text.h"
#include "reports/render/escape.h"
#include "reports/render/format.h"

namespace vfqual::reports {

namespace {

using Json = nlohmann::ordered_json;

constexpr std::string_view kOrigin = "vfqual";
constexpr std::size_t kMaxExcerpt = 16384;  // characters
constexpr std::size_t kMaxText = 4096;

// "vfqual:…": lower-case letters, digits and underscores before the colon, printable ASCII after it.
std::string Id(std::string_view text) {
  std::string id = fmt::format("{}:", kOrigin);
  for (const char c : text) id += c > ' ' && c < '\x7f' ? c : '_';
  return id;
}

bool IsHex(std::string_view text) {
  return !text.empty() && text.find_first_not_of("0123456789abcdef") == std::string_view::npos;
}

void SetText(Json& object, const char* key, const std::string& text) {
  if (!text.empty()) object[key] = VisibleText(text, kMaxText);
}

// A list of objects as text: a run's tests as one document in memory would take many times their text.
class ObjectList {
 public:
  void Add(const Json& object) {
    text_ += text_.empty() ? "\n    " : ",\n    ";
    text_ += Dump(object);
  }
  // The same with a member that many objects have alike, as JSON.
  void Add(const Json& object, std::string_view member) {
    text_ += text_.empty() ? "\n    {" : ",\n    {";
    text_ += member;
    text_ += ',';
    text_ += std::string_view(Dump(object)).substr(1);
  }
  void AppendTo(std::string& out) const { out += text_.empty() ? "[]" : fmt::format("[{}\n  ]", text_); }
  std::string Take() { return std::move(text_); }

  static std::string Dump(const Json& object) { return object.dump(-1, ' ', false, Json::error_handler_t::replace); }

 private:
  std::string text_;
};

// Makes the three lists; what is in them already is not told twice.
class Document {
 public:
  void Cell(const Report& report, const CellReport& cell) {
    const std::string revision = fmt::format("{}/{}/{}", cell.module.name, cell.module.version, cell.module.srcversion);
    const std::string checkout = Id("checkout/" + revision);
    if (ids_.insert(checkout).second) Checkout(checkout, cell);
    const std::string build = Id(fmt::format("build/{}/{}", revision, cell.kernel.release));
    if (ids_.insert(build).second) Build(build, checkout, cell);
    build_ = build;
    cell_ = &cell;
    prefix_ = fmt::format("test/{}/{}", cell.run.empty() ? report.run.id : cell.run, cell.id);
    Place(std::nullopt, cell.stages, cell.host_tests, cell.host_metrics);
    for (const GuestReport& guest : cell.guests) Place(guest, guest.stages, guest.tests, guest.metrics);
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
    Json checkout = Json::object({{"id", id}, {"origin", kOrigin}});
    SetText(checkout, "tree_name", cell.module.name);
    const std::string& source = cell.module.source;
    if (IsHex(source) && source.size() == 40) checkout["git_commit_hash"] = source;
    SetText(checkout, "git_commit_name", cell.module.version);
    SetText(checkout, "comment", source);
    checkout["valid"] = true;
    checkouts_.Add(checkout);
  }

  void Build(const std::string& id, const std::string& checkout, const CellReport& cell) {
    Json build = Json::object({{"checkout_id", checkout}, {"id", id}, {"origin", kOrigin}});
    for (const StageReport& stage : cell.stages) {
      if (stage.name != "build") continue;
      SetText(build, "start_time", stage.started);
      build["duration"] = stage.seconds;
      build["status"] = Word(stage.verdict);
      if (!stage.reason.empty()) build["log_excerpt"] = VisibleText(stage.reason, kMaxExcerpt);
    }
    build["architecture"] = "x86_64";
    SetText(build, "config_name", cell.kernel.release);
    build["misc"] = {{"kernel_release", cell.kernel.release}, {"driver", cell.module.driver}};
    builds_.Add(build);
  }

  template <class Guest>
  void Place(const Guest& guest, const std::vector<StageReport>& stages, const std::vector<TestReport>& tests,
             const std::vector<MetricReport>& metrics) {
    constexpr bool kIsGuest = std::is_same_v<Guest, GuestReport>;
    Json facts = Environment();
    std::string place = "host";
    if constexpr (kIsGuest) {
      place = guest.facts.name;
      facts["misc"]["guest"] = {{"name", guest.facts.name},
                                {"vf", guest.facts.vf},
                                {"image", guest.facts.image},
                                {"kernel", guest.facts.kernel}};
    }
    const std::string environment = "\"environment\":" + ObjectList::Dump(facts);
    for (const StageReport& stage : stages) {
      Json test = Test(place, "stage", stage.name, stage.verdict, stage.seconds, stage.reason);
      SetText(test, "start_time", stage.started);
      tests_.Add(test, environment);
    }
    for (const TestReport& test : tests) {
      tests_.Add(Test(place, test.stage, test.path, test.verdict, test.seconds, test.reason), environment);
    }
    for (const MetricReport& metric : metrics) {
      Json test = Test(place, metric.stage, metric.path, Verdict::kDone, 0, metric.reason);
      test.erase("duration");
      if (metric.value) {
        Json number = {{"value", *metric.value}};
        SetText(number, "unit", metric.unit);
        const bool bytes = metric.unit == "B" || metric.unit == "B/s";
        if (!metric.unit.empty()) number["prefix"] = bytes ? "binary" : "metric";
        test["number"] = std::move(number);
      } else {
        test["status"] = Word(Verdict::kError);
      }
      if (!metric.samples.empty()) test["misc"]["samples"] = metric.samples;
      tests_.Add(test, environment);
    }
  }

  Json Environment() const {
    const PlatformFacts& platform = cell_->platform;
    Json environment = Json::object();
    SetText(environment, "comment", platform.name + (platform.hardware ? "" : " (" + LabLabel(*cell_) + ")"));
    environment["misc"] = {
        {"platform", platform.id}, {"hardware", platform.hardware}, {"kernel_release", cell_->kernel.release}};
    if (!platform.pf.vendor.empty())
      environment["compatible"] = {fmt::format("pci{},{}", platform.pf.vendor, platform.pf.device)};
    return environment;
  }

  Json Test(const std::string& place, const std::string& group, const std::string& name, Verdict verdict,
            double seconds, const std::string& reason) {
    const std::string path = KcidbPath("vfqual." + group + "." + name);
    std::string id = Id(fmt::format("{}/{}/{}/{}", prefix_, place, group, name));
    for (int i = 2; !ids_.insert(id).second; ++i)
      id = Id(fmt::format("{}/{}/{}/{}/{}", prefix_, place, group, name, i));
    Json test = Json::object(
        {{"build_id", build_}, {"id", id}, {"origin", kOrigin}, {"path", path}, {"status", Word(verdict)}});
    test["duration"] = seconds;
    SetText(test, "comment", place + ": " + name);
    if (!reason.empty()) test["log_excerpt"] = VisibleText(reason, kMaxExcerpt);
    return test;
  }

  ObjectList checkouts_;
  ObjectList builds_;
  ObjectList tests_;
  std::set<std::string> ids_;
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
  Document document;
  for (const CellReport& cell : report.cells) document.Cell(report, cell);
  return document.TakeText();
}

}  // namespace vfqual::reports
