// Numbers the lines of a log that comes in blocks.
#pragma once

#include <cstddef>
#include <string_view>

namespace vfqual::reports {

std::size_t CountLineFeeds(std::string_view text);

class LineCounter {
 public:
  // Blocks of whole lines, one after the other; a block must live until the next comes.
  void Begin(std::string_view block);
  // The number of the line at that offset of the block; lines count from 1, and offsets only grow.
  std::size_t NumberAt(std::size_t offset);

  // Of the line that comes next, where no block is begun.
  std::size_t number() const { return number_; }
  void Skip(std::size_t lines) { number_ += lines; }

 private:
  std::string_view block_;
  std::size_t counted_to_ = 0;
  std::size_t number_ = 1;
};

}  // namespace vfqual::reports
