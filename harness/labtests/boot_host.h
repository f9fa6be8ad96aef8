// A host in the lab that boots the way a user's machine does: GRUB takes kernel, initramfs and command line from the
// grub.cfg that update-grub wrote, and what is written to its disk outlives a reboot.
#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "harness/base/local_host.h"
#include "harness/base/temporary_folder.h"
#include "harness/lab/lab_machine.h"
#include "harness/lab/payload.h"
#include "vmimages/image.h"

namespace vfqual {

class BootHost {
 public:
  // A fresh disk of the image boot-host-6.12, on which update-grub was run; then booted by GRUB. The payload lies in
  // kPayloadFolder after every boot.
  static Result<std::unique_ptr<BootHost>> Install(const std::vector<PayloadItem>& payload);

  // Tells the machine to reboot, and waits for the login of the next boot.
  Status Reboot();

  // Runs a script of this folder, or a command line, as root; all of it goes to stdout, which is the test's log.
  Completed Shell(const std::string& script, const std::vector<std::string>& arguments = {});

 private:
  BootHost(Image image, TemporaryFolder folder) : image_(std::move(image)), folder_(std::move(folder)) {}
  enum class By { kQemu, kGrub };  // what starts the kernel
  Status Boot(By by);
  Status Down(const char* verb);

  Image image_;
  TemporaryFolder folder_;
  std::unique_ptr<LabMachine> machine_;
  int boots_ = 0;
};

}  // namespace vfqual
