#include "harness/stages/provisioning.h"

#include <fmt/format.h>

#include <charconv>
#include <cstdlib>
#include <optional>

namespace vfqual {

namespace {

using reports::Verdict;

std::string FunctionName(int vf_number) {
  return vf_number == 0 ? "pf" : fmt::format("vf{}", vf_number);
}

// i915 keeps the files below the PF's DRM card: "…/drm/card0/prelim_iov". Empty: there is none.
std::string PrelimIov(Host& host, const PfFacts& pf) {
  const std::string drm = pf.address.SysfsPath() + "/drm";
  const auto nodes = host.List(drm);
  if (!nodes) return {};
  for (const auto& node : *nodes) {
    std::string folder = fmt::format("{}/{}/prelim_iov", drm, node);
    if (node.starts_with("card") && host.Exists(folder).value_or(false)) return folder;
  }
  return {};
}

// The folders with a function's scheduling files, with the heading of their names: one a GT of i915, one alone of xe.
struct Place {
  std::string folder;
  std::string heading;  // "vf1.gt0"
};

std::vector<Place> PlacesOf(Host& host, const PfFacts& pf, const std::string& driver, int vf_number) {
  const std::string function = FunctionName(vf_number);
  if (driver == "xe") {
    const std::string folder = fmt::format("{}/sriov_admin/{}/profile", pf.address.SysfsPath(), function);
    return host.Exists(folder).value_or(false) ? std::vector<Place>{{folder, function}} : std::vector<Place>{};
  }
  std::vector<Place> places;
  const std::string home = PrelimIov(host, pf);
  const auto entries = home.empty() ? Result<std::vector<std::string>>() : host.List(home + "/" + function);
  for (const auto& entry : entries.value_or(std::vector<std::string>{})) {
    if (entry.starts_with("gt"))
      places.push_back({fmt::format("{}/{}/{}", home, function, entry), function + "." + entry});
  }
  return places;
}

std::optional<std::int64_t> ReadNumber(Host& host, const std::string& path) {
  const auto text = host.ReadTrimmed(path);
  std::int64_t number = 0;
  if (!text || text->empty()) return std::nullopt;
  const auto parsed = std::from_chars(text->data(), text->data() + text->size(), number);
  if (parsed.ptr != text->data() + text->size()) return std::nullopt;
  return number;
}

// The one in brackets of "[low] normal high"; empty where there is none.
std::string Chosen(const std::string& choices) {
  const auto open = choices.find('[');
  const auto close = choices.find(']', open);
  return open == std::string::npos || close == std::string::npos ? "" : choices.substr(open + 1, close - open - 1);
}

ProvisioningFile XePriority(const PfFacts& pf, bool sched_if_idle, int vfs) {
  const std::string admin = pf.address.SysfsPath() + "/sriov_admin";
  ProvisioningFile file{admin + "/.bulk_profile/sched_priority", "sched_if_idle", sched_if_idle ? "normal" : "low",
                        ProvisioningFile::Kind::kPriority};
  for (int number = 0; number <= vfs; ++number) {
    file.read_paths.push_back(fmt::format("{}/{}/profile/sched_priority", admin, FunctionName(number)));
  }
  return file;
}

Status WritePriority(Host& host, ChangeLog& changes, const ProvisioningFile& file) {
  VFQUAL_TRY(const auto pf, host.ReadTrimmed(file.read_paths.front()), "");
  VFQUAL_TRY(const auto vf, host.ReadTrimmed(file.read_paths.back()), "");
  // The PF alone may have a priority of its own, "high". Undone last, after that of all.
  VFQUAL_CHECK(changes
                   .Announce("set the PF's priority with the others'", file.read_paths.front(),
                             Undo::Attribute(file.read_paths.front(), Chosen(pf)))
                   .map([](int) {}),
               "");
  return changes.WriteAttribute("set " + file.name, file.path, file.value, Undo::Attribute(file.path, Chosen(vf)));
}

// What is wrong with what a file holds; nothing where it is right.
std::optional<std::string> Mismatch(Host& host, const ProvisioningFile& file) {
  if (file.kind == ProvisioningFile::Kind::kPriority) {
    for (const auto& path : file.read_paths) {
      const auto now = Chosen(host.ReadTrimmed(path).value_or(""));
      if (now != file.value) return fmt::format("{} was written, {} has '{}'", file.value, path, now);
    }
    return std::nullopt;
  }
  const auto now = ReadNumber(host, file.path);
  if (!now) return file.path + " cannot be read back as a number";
  std::int64_t wanted = 0;
  std::from_chars(file.value.data(), file.value.data() + file.value.size(), wanted);
  // "Actual quantum value might be aligned per HW/FW requirements": a tenth at most is taken for that.
  const std::int64_t slack = file.path.find("/sriov_admin/") != std::string::npos ? wanted / 10 : 0;
  const bool right = file.kind == ProvisioningFile::Kind::kQuota ? *now >= wanted : std::abs(*now - wanted) <= slack;
  if (right) return std::nullopt;
  return fmt::format("{} was written, {} is read back", wanted, *now);
}

Error Offered(Error error, const ProvisioningFile& file) {
  error.blame = Blame::kSubject;
  error.context.push_back("provisioning " + file.name);
  return error;
}

}  // namespace

Result<std::vector<ProvisioningFile>> FindProvisioningFiles(Host& host, const PfFacts& pf, const std::string& driver,
                                                            const PlanProvisioning& provisioning, int vfs) {
  std::vector<ProvisioningFile> files;
  for (int number = 0; number <= vfs; ++number) {
    const auto values = number == 0 ? provisioning.pf : provisioning.Of(number);
    const bool idle_policy = number == 0 && provisioning.sched_if_idle.has_value();
    if (values.empty() && !idle_policy) continue;
    const auto places = PlacesOf(host, pf, driver, number);
    if (places.empty()) {
      return FailSubject(fmt::format("{} of {} offers no provisioning of {}", driver, pf.address.ToString(),
                                     number == 0 ? "the PF" : FunctionName(number)),
                         "leave /provisioning out of the plan, or load a driver that has it");
    }
    for (const auto& place : places) {
      for (const auto& [name, value] : values) {
        files.push_back({place.folder + "/" + name, place.heading + "." + name, std::to_string(value),
                         IsQuota(name) ? ProvisioningFile::Kind::kQuota : ProvisioningFile::Kind::kScheduling});
      }
      if (idle_policy && driver == "xe") {
        files.push_back(XePriority(pf, *provisioning.sched_if_idle, vfs));
      } else if (idle_policy) {
        files.push_back({place.folder + "/policies/sched_if_idle", place.heading + ".sched_if_idle",
                         *provisioning.sched_if_idle ? "1" : "0", ProvisioningFile::Kind::kScheduling});
      }
    }
  }
  return files;
}

Status WriteQuotas(Host& host, ChangeLog& changes, const PfFacts& pf, const std::vector<ProvisioningFile>& files) {
  bool automatic_off = false;
  for (const auto& file : files) {
    if (file.kind != ProvisioningFile::Kind::kQuota) continue;
    if (!automatic_off) {
      const std::string automatic = PrelimIov(host, pf) + "/pf/auto_provisioning";
      VFQUAL_CHECK(changes.WriteAttribute("turn automatic provisioning off", automatic, "0"), "");
      automatic_off = true;
    }
    if (auto written = changes.WriteAttribute("set " + file.name, file.path, file.value); !written) {
      return tl::unexpected<Error>(Offered(std::move(written).error(), file));
    }
  }
  return {};
}

Status WriteScheduling(Host& host, ChangeLog& changes, const std::vector<ProvisioningFile>& files) {
  for (const auto& file : files) {
    if (file.kind == ProvisioningFile::Kind::kQuota) continue;
    auto written = file.kind == ProvisioningFile::Kind::kPriority
                       ? WritePriority(host, changes, file)
                       : changes.WriteAttribute("set " + file.name, file.path, file.value);
    if (!written) {
      return tl::unexpected<Error>(Offered(std::move(written).error(), file));
    }
  }
  return {};
}

std::vector<reports::TestFacts> ReadBack(Host& host, const std::vector<ProvisioningFile>& files) {
  std::vector<reports::TestFacts> tests;
  for (const auto& file : files) {
    reports::TestFacts test{"provisioning." + file.name, Verdict::kPass, 0, ""};
    if (const auto mismatch = Mismatch(host, file)) {
      test.verdict = Verdict::kFail;
      test.reason = *mismatch;
    }
    tests.push_back(std::move(test));
  }
  return tests;
}

std::vector<reports::MetricFacts> TimeSlice(Host& host, const PfFacts& pf, const std::string& driver, int vf_number) {
  std::vector<reports::MetricFacts> metrics;
  for (const auto& place : PlacesOf(host, pf, driver, vf_number)) {
    const std::string gt = place.heading.substr(std::min(place.heading.find('.'), place.heading.size()));
    if (const auto quantum = ReadNumber(host, place.folder + "/exec_quantum_ms")) {
      metrics.push_back({"sched" + gt + ".exec_quantum", static_cast<double>(*quantum), "ms", {}});
    }
    if (const auto timeout = ReadNumber(host, place.folder + "/preempt_timeout_us")) {
      metrics.push_back({"sched" + gt + ".preempt_timeout", static_cast<double>(*timeout), "us", {}});
    }
  }
  return metrics;
}

}  // namespace vfqual
