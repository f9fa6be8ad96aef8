#include "suites/hevc/ref_pic_set.h"

#include <algorithm>
#include <utility>

namespace vfqual::hevc {
namespace {

constexpr unsigned kMostPictures = 16;
constexpr unsigned kMostDelta = 1U << 15U;

using Pictures = std::vector<RefPicSet::Picture>;

// Made from another set by moving all of it (equations 7-61 and 7-62).
std::optional<RefPicSet> ReadPredicted(h264::BitReader& bits, std::span<const RefPicSet> sets, unsigned index,
                                       unsigned set_count) {
  const unsigned back = 1 + (index == set_count ? bits.Ue() : 0);
  if (back > index || index - back >= sets.size()) return std::nullopt;
  const RefPicSet& model = sets[index - back];
  const bool negative = bits.Flag();
  const unsigned distance_minus1 = bits.Ue();
  if (distance_minus1 >= kMostDelta) return std::nullopt;
  const int moved = static_cast<int>(distance_minus1 + 1) * (negative ? -1 : 1);
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

std::optional<Pictures> ReadPictures(h264::BitReader& bits, unsigned count, int direction) {
  Pictures pictures;
  int delta = 0;
  for (unsigned picture = 0; picture < count; ++picture) {
    const unsigned step_minus1 = bits.Ue();
    if (step_minus1 >= kMostDelta) return std::nullopt;
    delta += direction * static_cast<int>(step_minus1 + 1);
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
  const unsigned before_count = bits.Ue();
  const unsigned after_count = bits.Ue();
  if (before_count > kMostPictures || after_count > kMostPictures) return std::nullopt;
  auto before = ReadPictures(bits, before_count, -1);
  if (!before) return std::nullopt;
  auto after = ReadPictures(bits, after_count, 1);
  if (!after) return std::nullopt;
  return RefPicSet{std::move(*before), std::move(*after)};
}

void WriteFirstRefPicSet(h264::BitWriter& bits, const RefPicSet& set) {
  bits.Ue(static_cast<unsigned>(set.before.size()));
  bits.Ue(static_cast<unsigned>(set.after.size()));
  WritePictures(bits, set.before);
  WritePictures(bits, set.after);
}

}  // namespace vfqual::hevc
