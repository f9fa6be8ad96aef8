// Reads the fields of one event without trusting any of them.
#pragma once

#include <rapidjson/document.h>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "reports/model/facts.h"
#include "reports/model/report.h"
#include "reports/model/verdict.h"

namespace vfqual::reports {

// Names of cells, guests, stages and files are short.
inline constexpr std::size_t kMaxNameBytes = 512;

// Stands for the name of a cell, guest or stage that an event should have and has not.
inline constexpr std::string_view kUnknownName = "unknown";

// Required fields that are absent or of another type are complained of; what is read then is empty, or kUnknownName.
// All text comes out visible and bounded.
class EventFields {
 public:
  // The event, an object, must outlive this.
  explicit EventFields(const rapidjson::Value& event) : event_(event) {}

  std::string Name(const char* key);
  std::string Text(const char* key);
  Verdict VerdictWord(const char* key);
  // A number that is finite and not negative.
  double Seconds(const char* key);
  std::int64_t Integer(const char* key);
  // Null or absent: nothing.
  std::optional<std::string> Guest();
  std::optional<double> OptionalNumber(const char* key);
  std::string OptionalText(const char* key) const;
  std::vector<double> OptionalNumbers(const char* key) const;
  bool OptionalFlag(const char* key, bool otherwise) const;

  // Take over those facts that the event has.
  void MergeInto(KernelFacts& kernel) const;
  void MergeInto(PlatformFacts& platform) const;
  void MergeInto(ModuleFacts& module) const;
  void MergeInto(GuestFacts& guest) const;

  void MergeInto(RunReport& run) const;

  // Notes what is wrong with the event: "has no time". The first complaint stays.
  void Complain(std::string what);
  // What is wrong with the event and the fields read so far; empty: nothing.
  const std::string& problem() const { return problem_; }

 private:
  const rapidjson::Value* Find(const char* key) const;
  std::string RequiredText(const char* key, std::size_t max_bytes);
  void ComplainOf(const char* key, const char* wanted);

  const rapidjson::Value& event_;
  std::string problem_;
};

}  // namespace vfqual::reports
