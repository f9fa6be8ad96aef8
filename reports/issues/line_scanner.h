// Matches many patterns at once, in one pass over a text (Hyperscan).
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <tl/expected.hpp>
#include <vector>

namespace vfqual::reports {

enum class ScannerTarget : std::uint8_t { kAnyProcessor, kAvx2, kThisProcessor };

// One thread at a time uses a scanner.
class LineScanner {
 public:
  // Perl's syntax without what can match a line feed: no [^…], \s, \D, \W, and no anchors. The error names the pattern.
  // Takes what the build compiled (prebuilt_patterns.h) where it has these very patterns.
  static tl::expected<LineScanner, std::string> Compile(const std::vector<std::string>& patterns);
  // The same for another thread. The error: no memory.
  tl::expected<LineScanner, std::string> Clone() const;
  // The database for prebuilt_patterns.h.
  static tl::expected<std::string, std::string> Serialize(const std::vector<std::string>& patterns,
                                                          ScannerTarget target);

  LineScanner(LineScanner&& other) noexcept;
  LineScanner& operator=(LineScanner&& other) noexcept;
  ~LineScanner();

  // Calls on_line(pattern, offset, line) once for each pattern and line that has it, without the line's end.
  using OnLine = std::function<void(std::size_t pattern, std::size_t offset, std::string_view line)>;
  void Scan(std::string_view text, const OnLine& on_line) const;

  // Whether the build had compiled it.
  bool is_prebuilt() const;

 private:
  struct Compiled;
  explicit LineScanner(std::unique_ptr<Compiled> compiled);
  std::unique_ptr<Compiled> compiled_;
};

}  // namespace vfqual::reports
