// How near a picture is to its source.
#pragma once

#include "suites/media/nv12_picture.h"
#include "suites/support/result.h"

namespace vfqual::suites {

// Where two pictures do not differ at all.
inline constexpr double kPsnrOfEqual = 100;

struct PictureQuality {
  double luma_psnr_db = 0;
  double chroma_psnr_db = 0;       // over both chroma planes
  double ssim = 0;                 // of luma, 0 to 1
  double worst_block_psnr_db = 0;  // of luma, among its blocks of 16x16: damage is in one place, coding loss everywhere
};

// Both have the same size.
PictureQuality CompareQuality(const Nv12Picture& source, const Nv12Picture& decoded);

// Of luma alone, which is quick.
double LumaPsnr_db(const Nv12Picture& source, const Nv12Picture& decoded);

struct QualityFloor {
  double psnr_db = 0;  // for luma and for chroma
  double ssim = 0;
  double worst_block_psnr_db = 0;
};

// Names the picture and what is below the floor.
Status CheckQuality(const PictureQuality& quality, const QualityFloor& floor, unsigned picture_number);

// Every sample is the same, to its lowest bit; the error names the first that is not.
Status CheckSamePicture(const Nv12Picture& expected, const Nv12Picture& actual, unsigned picture_number);

// No sample is further off, and the PSNR of luma and of chroma is at least that.
struct Closeness {
  unsigned most_off = 0;
  double psnr_db = 0;
};
Status CheckClosePicture(const Nv12Picture& expected, const Nv12Picture& actual, const Closeness& closeness,
                         unsigned picture_number);

}  // namespace vfqual::suites
