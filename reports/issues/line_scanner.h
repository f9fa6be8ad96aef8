// Matches many patterns at once, in one pass over a text (Hyperscan).
#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <tl/expected.hpp>
#include <vector>

namespace vfqual::reports {

// One thread at a time uses a scanner.
class LineScanner {
 public:
  // Perl's syntax without what can match a line feed: no [^…], \s, \D, \W, and no anchors. The error names the pattern.
  static tl::expected<LineScanner, std::string> Compile(const std::vector<std::string>& patterns);

  LineScanner(LineScanner&& other) noexcept;
  LineScanner& operator=(LineScanner&& other) noexcept;
  ~LineScanner();

  // Calls on_line(pattern, offset, line) once for each pattern and line that has it, without the line's end.
  using OnLine = std::function<void(std::size_t pattern, std::size_t offset, std::string_view line)>;
  void Scan(std::string_view text, const OnLine& on_line) const;

 private:
  struct Compiled;
  explicit LineScanner(std::unique_ptr<Compiled> compiled);
  std::unique_ptr<Compiled> compiled_;
};

}  // namespace vfqual::reports
