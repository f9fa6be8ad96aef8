#include "harness/lab/lab_images.h"

#include <fmt/format.h>

#include <algorithm>
#include <future>
#include <mutex>
#include <utility>

#include "vmimages/image_builder.h"

namespace vfqual {

namespace {

Result<std::string> ChooseKernelOf(const ImageDefinition& definition, const std::string& wanted,
                                   const std::string& host_kernel) {
  std::string known;
  for (const auto& [name, source] : definition.kernels) known += fmt::format("{}{}", known.empty() ? "" : ", ", name);
  if (!wanted.empty() && !definition.kernels.contains(wanted)) {
    return FailInput(fmt::format("image {} has no kernel '{}'", definition.name, wanted), "choose from " + known);
  }
  if (!wanted.empty()) return wanted;
  if (definition.kernels.size() == 1) return definition.kernels.begin()->first;
  for (const std::string& usual : {host_kernel, std::string(kDefaultKernel)}) {
    if (definition.kernels.contains(usual)) return usual;
  }
  return FailInput(fmt::format("image {} has several kernels", definition.name),
                   fmt::format("write {}+KERNEL, with one of {}", definition.name, known));
}

}  // namespace

std::string DiskSerial(const std::string& asked, std::size_t index) {
  const std::string serial = "guest-" + asked;
  return serial.size() <= kMaxDiskSerial ? serial : fmt::format("guest-{}", index);
}

Result<std::vector<GuestImageChoice>> ChooseGuestImages(const std::vector<ImageDefinition>& definitions,
                                                        const std::vector<std::string>& asked,
                                                        const std::string& host_kernel) {
  std::vector<GuestImageChoice> chosen;
  for (const auto& text : asked) {
    const auto plus = text.find('+');
    const std::string name = text.substr(0, plus);
    std::string known;
    const ImageDefinition* found = nullptr;
    for (const auto& definition : definitions) {
      if (definition.role != ImageRole::kGuest) continue;
      if (definition.name == name) found = &definition;
      known += fmt::format("{}{}", known.empty() ? "" : ", ", definition.name);
    }
    if (found == nullptr) return FailInput(fmt::format("there is no guest image '{}'", name), "choose from " + known);
    const std::string wanted = plus == std::string::npos ? "" : text.substr(plus + 1);
    VFQUAL_TRY(auto kernel, ChooseKernelOf(*found, wanted, host_kernel), "");
    chosen.push_back({text, *found, std::move(kernel)});
  }
  return chosen;
}

Result<LabImages> EnsureLabImages(const LabKernel& kernel, const std::vector<GuestImageChoice>& guests,
                                  const LabImagesOptions& options) {
  std::mutex mutex;
  BuildOptions build;
  build.cache = options.cache;
  build.cancelled = options.cancelled;
  build.progress = [&mutex, &options](std::string_view line) {
    const std::lock_guard lock(mutex);
    if (options.progress) options.progress(line);
  };
  const auto ensure = [&](const ImageDefinition& definition, const std::string& wanted) {
    auto image = EnsureImage(definition, wanted, build);
    if (image && wanted == kernel.kernel && options.on_host_kernel) options.on_host_kernel(*image);
    return image;
  };
  auto host = std::async(std::launch::async, [&kernel, &ensure] { return ensure(kernel.definition, kernel.kernel); });
  std::vector<std::future<Result<Image>>> builds;
  builds.reserve(guests.size());
  for (const auto& guest : guests) {
    builds.push_back(
        std::async(std::launch::async, [&guest, &ensure] { return ensure(guest.definition, guest.kernel); }));
  }
  LabImages images;
  auto host_image = host.get();
  std::vector<Result<Image>> guest_images;
  for (auto& one : builds) guest_images.push_back(one.get());
  VFQUAL_TRY(images.host, std::move(host_image), "the lab host's image");
  for (std::size_t index = 0; index < guests.size(); ++index) {
    const auto& asked = guests[index].asked;
    VFQUAL_TRY(auto image, std::move(guest_images[index]), fmt::format("the guest image {}", asked));
    LabDisk disk{image.disk, DiskSerial(asked, index)};
    images.guests.emplace(asked, GuestImageInLab{std::move(image), std::move(disk)});
  }
  return images;
}

}  // namespace vfqual
