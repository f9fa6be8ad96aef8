#include "suites/hevc/ref_pic_set.h"

#include <algorithm>

namespace vfqual::hevc {
namespace {

constexpr unsigned kMostPictures = 16;

using Pictures = std::vector<RefPicSet::Picture>;

// Made from another set by moving all of it (equations 7-61 and 7-62).
std::optional<RefPicSet> ReadPredicted(h264::BitReader& bits, std::span<const RefPicSet> sets, unsigned index,
                                       unsigned set_count) {
  const unsigned back = 1 + (index == set_count ? bits.Ue() : 0);
  if (back > index || index - back >= sets.size()) return std::nullopt;
  const RefPicSet& model = sets[index - back];
  const bool negative = bits.Flag();
  const int moved = static_cast<int>(bits.Ue() + 1) * (negative ? -1 : 1);
  Pictures candidates = model.before;
  candidates.insert(candidates.end(), model.after.begin(), model.after.end());
  candidates.push_back({0, false});  // the model's picture itself
  RefPicSet set;
  for (const auto& candidate : candidates) {
    const bool used = bits.Flag();
    const bool kept = used || bits.Flag();
    const int delta = candidate.delta_poc + moved;
    if (!kept || delta == 0) continue;
    (delta < 0 ? set.before : set.after).push_back({delta, used});
  }
  std::sort(set.before.begin(), set.before.end(), [](auto& a, auto& b) { return a.delta_poc > b.delta_poc; });
  std::sort(set.after.begin(), set.after.end(), [](auto& a, auto& b) { return a.delta_poc < b.delta_poc; });
  return set;
}

Pictures ReadPictures(h264::BitReader& bits, unsigned count, int direction) {
  Pictures pictures;
  int delta = 0;
  for (unsigned picture = 0; picture < count; ++picture) {
    delta += direction * static_cast<int>(bits.Ue() + 1);
    pictures.push_back({delta, bits.Flag()});
  }
  return pictures;
}

void WritePictures(h264::BitWriter& bits, const Pictures& pictures) {
  int last = 0;
  for (const auto& picture : pictures) {
    const int step = picture.delta_poc - last;
    bits.Ue(static_cast<unsigned>(step < 0 ? -step : step) - 1);
    bits.Flag(picture.used_by_curr);
    last = picture.delta_poc;
  }
}

}  // namespace

unsigned RefPicSet::UsedByCurr() const {
  const auto used = [](const Picture& picture) { return picture.used_by_curr; };
  return static_cast<unsigned>(std::count_if(before.begin(), before.end(), used) +
                               std::count_if(after.begin(), after.end(), used));
}

std::optional<RefPicSet> ReadRefPicSet(h264::BitReader& bits, std::span<const RefPicSet> sets, unsigned index,
                                       unsigned set_count) {
  if (index != 0 && bits.Flag()) return ReadPredicted(bits, sets, index, set_count);
  const unsigned before = bits.Ue();
  const unsigned after = bits.Ue();
  if (before > kMostPictures || after > kMostPictures) return std::nullopt;
  RefPicSet set;
  set.before = ReadPictures(bits, before, -1);
  set.after = ReadPictures(bits, after, 1);
  return set;
}

void WriteFirstRefPicSet(h264::BitWriter& bits, const RefPicSet& set) {
  bits.Ue(static_cast<unsigned>(set.before.size()));
  bits.Ue(static_cast<unsigned>(set.after.size()));
  WritePictures(bits, set.before);
  WritePictures(bits, set.after);
}

}  // namespace vfqual::hevc
