#include "reports/issues/line_scanner.h"

#include <fmt/format.h>
#include <hs/hs.h>

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <limits>
#include <utility>

#include "reports/issues/prebuilt_patterns.h"

namespace vfqual::reports {

namespace {

struct DeleteDatabase {
  void operator()(hs_database_t* database) const { hs_free_database(database); }
};
struct DeleteError {
  void operator()(hs_compile_error_t* error) const { hs_free_compile_error(error); }
};
struct FreeBytes {
  void operator()(char* bytes) const { std::free(bytes); }  // NOLINT: the library's malloc
};

// A pattern that could match a line feed would tie lines together that have nothing to do with each other.
bool StaysOnALine(std::string_view pattern) {
  constexpr std::string_view kForbiddenEscapes = "sDWn";
  for (std::size_t i = 0; i < pattern.size(); ++i) {
    if (pattern[i] == '\n' || pattern[i] == '^' || pattern[i] == '$') return false;
    if (pattern[i] != '\\') continue;
    ++i;
    if (i == pattern.size() || kForbiddenEscapes.find(pattern[i]) != std::string_view::npos) return false;
  }
  return !pattern.empty();
}

// Hyperscan takes at most 4 GiB in one call.
constexpr std::size_t kMaxBlockBytes = std::size_t{1} << 30U;

struct Lines {
  std::string_view block;
  std::size_t block_offset;
  std::vector<std::size_t> next;  // of each pattern: where the line after its last match begins
  const LineScanner::OnLine& on_line;
};

int OnMatch(unsigned int id, unsigned long long /*from*/, unsigned long long to, unsigned int /*flags*/,
            void* context) {
  Lines& lines = *static_cast<Lines*>(context);
  const auto end_of_match = static_cast<std::size_t>(to);
  // Each longer match of a pattern is told as well: "12" and "123" of a "123".
  if (end_of_match <= lines.next[id]) return 0;
  const std::string_view block = lines.block;
  const void* const before = memrchr(block.data(), '\n', end_of_match);
  const std::size_t begin =
      before == nullptr ? 0 : static_cast<std::size_t>(static_cast<const char*>(before) - block.data()) + 1;
  const std::size_t end = std::min(block.find('\n', end_of_match), block.size());
  lines.next[id] = end;
  lines.on_line(id, lines.block_offset + begin, block.substr(begin, end - begin));
  return 0;
}

using Database = std::unique_ptr<hs_database_t, DeleteDatabase>;

tl::expected<Database, std::string> CompileDatabase(const std::vector<std::string>& patterns, ScannerTarget target) {
  std::vector<const char*> expressions;
  std::vector<unsigned int> ids;
  for (const std::string& pattern : patterns) {
    if (!StaysOnALine(pattern)) {
      return tl::unexpected(fmt::format("pattern \"{}\" could match more than a line, or is empty", pattern));
    }
    expressions.push_back(pattern.c_str());
    ids.push_back(static_cast<unsigned int>(ids.size()));
  }
  hs_platform_info_t platform = {};
  if (target == ScannerTarget::kAvx2) platform.cpu_features = HS_CPU_FEATURES_AVX2;
  hs_database_t* database = nullptr;
  hs_compile_error_t* error = nullptr;
  const auto status =
      hs_compile_multi(expressions.data(), nullptr, ids.data(), static_cast<unsigned int>(ids.size()), HS_MODE_BLOCK,
                       target == ScannerTarget::kThisProcessor ? nullptr : &platform, &database, &error);
  const std::unique_ptr<hs_compile_error_t, DeleteError> owned_error(error);
  if (status == HS_SUCCESS) return Database(database);
  const std::string where =
      error->expression < 0 ? "the patterns"
                            : fmt::format("pattern \"{}\"", expressions[static_cast<std::size_t>(error->expression)]);
  return tl::unexpected(fmt::format("{}: {}", where, error->message));
}

// None where the build has no such patterns, or where neither this processor nor this library takes what it made.
Database FindPrebuilt(const std::vector<std::string>& patterns) {
  const std::string joined = JoinPatterns(patterns);
  for (const PrebuiltPatterns& prebuilt : AllPrebuiltPatterns()) {
    if (prebuilt.patterns != joined) continue;
    hs_database_t* database = nullptr;
    if (hs_deserialize_database(prebuilt.database.data(), prebuilt.database.size(), &database) == HS_SUCCESS)
      return Database(database);
  }
  return nullptr;
}

}  // namespace

std::string JoinPatterns(const std::vector<std::string>& patterns) {
  std::string joined;
  for (const std::string& pattern : patterns) joined += pattern + '\n';
  return joined;
}

struct LineScanner::Compiled {
  struct DeleteScratch {
    void operator()(hs_scratch_t* unused) const { hs_free_scratch(unused); }
  };
  std::shared_ptr<hs_database_t> database;
  std::unique_ptr<hs_scratch_t, DeleteScratch> scratch;
  std::size_t patterns = 0;
  bool is_prebuilt = false;
};

LineScanner::LineScanner(std::unique_ptr<Compiled> compiled) : compiled_(std::move(compiled)) {}
LineScanner::LineScanner(LineScanner&&) noexcept = default;
LineScanner& LineScanner::operator=(LineScanner&&) noexcept = default;
LineScanner::~LineScanner() = default;

tl::expected<LineScanner, std::string> LineScanner::Compile(const std::vector<std::string>& patterns) {
  auto compiled = std::make_unique<Compiled>();
  compiled->patterns = patterns.size();
  if (patterns.empty()) return LineScanner(std::move(compiled));
  if (hs_valid_platform() != HS_SUCCESS)
    return tl::unexpected(std::string("matching signatures needs a processor with SSSE3"));
  compiled->database = FindPrebuilt(patterns);
  compiled->is_prebuilt = compiled->database != nullptr;
  if (!compiled->is_prebuilt) {
    auto database = CompileDatabase(patterns, ScannerTarget::kThisProcessor);
    if (!database) return tl::unexpected(std::move(database).error());
    compiled->database = *std::move(database);
  }
  hs_scratch_t* scratch = nullptr;
  if (hs_alloc_scratch(compiled->database.get(), &scratch) != HS_SUCCESS)
    return tl::unexpected(std::string("no memory for matching signatures"));
  compiled->scratch.reset(scratch);
  return LineScanner(std::move(compiled));
}

tl::expected<LineScanner, std::string> LineScanner::Clone() const {
  auto compiled = std::make_unique<Compiled>();
  compiled->database = compiled_->database;
  compiled->patterns = compiled_->patterns;
  compiled->is_prebuilt = compiled_->is_prebuilt;
  hs_scratch_t* scratch = nullptr;
  if (compiled_->scratch && hs_clone_scratch(compiled_->scratch.get(), &scratch) != HS_SUCCESS)
    return tl::unexpected(std::string("no memory for matching signatures"));
  compiled->scratch.reset(scratch);
  return LineScanner(std::move(compiled));
}

tl::expected<std::string, std::string> LineScanner::Serialize(const std::vector<std::string>& patterns,
                                                              ScannerTarget target) {
  const auto database = CompileDatabase(patterns, target);
  if (!database) return tl::unexpected(database.error());
  char* bytes = nullptr;
  std::size_t size = 0;
  if (hs_serialize_database(database->get(), &bytes, &size) != HS_SUCCESS)
    return tl::unexpected(std::string("no memory for the compiled signatures"));
  const std::unique_ptr<char, FreeBytes> owned(bytes);
  return std::string(bytes, size);
}

bool LineScanner::is_prebuilt() const {
  return compiled_->is_prebuilt;
}

void LineScanner::Scan(std::string_view text, const OnLine& on_line) const {
  if (compiled_->patterns == 0) return;
  for (std::size_t offset = 0; offset < text.size();) {
    std::string_view block = text.substr(offset, kMaxBlockBytes);
    // Whole lines, where there are any.
    if (block.size() < text.size() - offset && block.rfind('\n') != std::string_view::npos) {
      block = block.substr(0, block.rfind('\n') + 1);
    }
    Lines lines = {.block = block,
                   .block_offset = offset,
                   .next = std::vector<std::size_t>(compiled_->patterns),
                   .on_line = on_line};
    hs_scan(compiled_->database.get(), block.data(), static_cast<unsigned int>(block.size()), 0,
            compiled_->scratch.get(), OnMatch, &lines);
    offset += block.size();
  }
}

}  // namespace vfqual::reports
