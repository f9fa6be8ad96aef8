// Slice segment headers (ITU-T H.265, 7.3.6).
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "suites/hevc/parameter_sets.h"

namespace vfqual::hevc {

enum class SliceType : std::uint8_t { kB = 0, kP = 1, kI = 2 };

struct SliceHeader {
  bool first_in_picture = false;
  unsigned picture_parameters_id = 0;
  bool dependent = false;  // then the rest is the slice's before it
  SliceType type = SliceType::kI;
  int qp = 0;
  // In bits from the payload's begin: the choice of a reference picture set, if there is one, and what is behind it.
  std::size_t ref_set_position = 0;
  std::size_t behind_ref_set = 0;
  std::size_t end = 0;  // where byte_alignment() is
};

// `known_set`: where the sequence's sets are not known, the picture's own; `ref_set_bits` is then how many a set in the
// header takes. Nothing where the header is cut short or refers to pictures for a long term.
struct KnownRefPicSet {
  const RefPicSet* set = nullptr;
  unsigned ref_set_bits = 0;
};
std::optional<SliceHeader> ParseSliceHeader(NalType nal_type, std::span<const std::uint8_t> payload,
                                            const SequenceParameters& sequence, const PictureParameters& picture,
                                            const std::optional<KnownRefPicSet>& known = std::nullopt);

// Another place in the order of display: the slice's payload with that pic_order_cnt_lsb and set in its header. What
// the header chooses among the set's pictures must fit. A header that has neither stays as it is.
std::vector<std::uint8_t> WithPlace(std::span<const std::uint8_t> payload, const SliceHeader& header,
                                    const SequenceParameters& sequence, unsigned poc_lsb, const RefPicSet& set);

// The slice's payload with the set in its header, as for a sequence that has none.
std::vector<std::uint8_t> WithOwnRefPicSet(std::span<const std::uint8_t> payload, const SliceHeader& header,
                                           const RefPicSet& set);

}  // namespace vfqual::hevc
