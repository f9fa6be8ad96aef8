// What a guest can make grow without end is kept up to a limit; what is left out is counted.
#pragma once

#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

namespace vfqual::reports {

template <class Item>
class BoundedList {
 public:
  explicit BoundedList(std::size_t limit) : limit_(limit) {}

  void Add(Item item) {
    if (items_.size() < limit_) {
      items_.push_back(std::move(item));
    } else {
      ++left_out_;
    }
  }

  std::uint64_t left_out() const { return left_out_; }
  std::vector<Item> Take() { return std::move(items_); }

 private:
  std::size_t limit_;
  std::vector<Item> items_;
  std::uint64_t left_out_ = 0;
};

// Keeps the first half and the last half: a flood in between hides neither how it began nor how it ended.
template <class Item>
class HeadAndTail {
 public:
  explicit HeadAndTail(std::size_t half) : half_(half) {}

  void Add(Item item) {
    if (head_.size() < half_) {
      head_.push_back(std::move(item));
    } else if (tail_.size() < half_) {
      tail_.push_back(std::move(item));
    } else {
      tail_[oldest_] = std::move(item);
      oldest_ = (oldest_ + 1) % half_;
      ++left_out_;
    }
  }

  std::uint64_t left_out() const { return left_out_; }
  std::vector<Item> Take() {
    for (std::size_t i = 0; i < tail_.size(); ++i) head_.push_back(std::move(tail_[(oldest_ + i) % tail_.size()]));
    tail_.clear();
    return std::move(head_);
  }

 private:
  std::size_t half_;
  std::vector<Item> head_;
  std::vector<Item> tail_;
  std::size_t oldest_ = 0;
  std::uint64_t left_out_ = 0;
};

}  // namespace vfqual::reports
