// The images that a lab run needs, found or built.
#pragma once

#include <filesystem>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "harness/base/result.h"
#include "harness/lab/kernel_choice.h"
#include "harness/lab/lab_plan.h"
#include "vmimages/image.h"
#include "vmimages/image_definition.h"

namespace vfqual {

struct GuestImageChoice {
  std::string asked;  // as the plan writes it: "debian-13", "debian-13+7.3"
  ImageDefinition definition;
  std::string kernel;
};

// A plan names a guest's image as NAME or NAME+KERNEL. Without a kernel it is the image's only one, the lab host's own
// (so that one build of the module serves both), or the lab's default. Blame kInput.
Result<std::vector<GuestImageChoice>> ChooseGuestImages(const std::vector<ImageDefinition>& definitions,
                                                        const std::vector<std::string>& asked,
                                                        const std::string& host_kernel);

// The serial of the disk with a guest image: it names the image where that fits.
std::string DiskSerial(const std::string& asked, std::size_t index);

struct LabImages {
  Image host;
  std::map<std::string, GuestImageInLab> guests;  // by the name in the plan
};

struct LabImagesOptions {
  std::filesystem::path cache;
  std::function<void(std::string_view)> progress;  // called from several threads, one at a time
  std::function<bool()> cancelled;
  // Called for each image with the host's kernel, as soon as it is there, from several threads at once: what only needs
  // that kernel is done beside the images that are still built.
  std::function<void(const Image&)> on_host_kernel;
};

// Those that are missing are built at the same time.
Result<LabImages> EnsureLabImages(const LabKernel& kernel, const std::vector<GuestImageChoice>& guests,
                                  const LabImagesOptions& options);

}  // namespace vfqual
