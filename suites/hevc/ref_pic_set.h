// Which pictures before and after a picture its decoder keeps (ITU-T H.265, 7.3.7).
#pragma once

#include <optional>
#include <span>
#include <vector>

#include "suites/h264/bit_reader.h"
#include "suites/h264/bit_writer.h"

namespace vfqual::hevc {

struct RefPicSet {
  struct Picture {
    int delta_poc = 0;          // against the picture's own
    bool used_by_curr = false;  // else by a later one
  };
  std::vector<Picture> before;  // the nearest first
  std::vector<Picture> after;   // the nearest first

  unsigned UsedByCurr() const;
};

// st_ref_pic_set(index): `sets` are those before it, of the sequence's `set_count`. Nothing where it is impossible.
std::optional<RefPicSet> ReadRefPicSet(h264::BitReader& bits, std::span<const RefPicSet> sets, unsigned index,
                                       unsigned set_count);
// st_ref_pic_set(0), where no other can be its model.
void WriteFirstRefPicSet(h264::BitWriter& bits, const RefPicSet& set);

}  // namespace vfqual::hevc
