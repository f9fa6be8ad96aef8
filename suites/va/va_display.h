// A libva display on a render node, initialized and ended with its object.
#pragma once

#include <va/va.h>

#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "suites/support/result.h"
#include "suites/support/unique_fd.h"

namespace vfqual::suites {

// "vaInitialize: VA_STATUS_ERROR_UNIMPLEMENTED".
std::string VaCallFailed(std::string_view call, VAStatus status);

class VaDisplay {
 public:
  // Takes over an opened render node and the display that was made from it.
  VaDisplay(UniqueFd render_node, VADisplay display) : fd_(std::move(render_node)), display_(display) {}

  VADisplay Get() const { return display_.get(); }

 private:
  struct Terminate {
    void operator()(void* display) const { vaTerminate(display); }
  };

  UniqueFd fd_;  // outlives the display
  std::unique_ptr<void, Terminate> display_;
};

// libva found no driver for the device in any of the places where it looked.
struct VaDriverMissing {
  std::vector<std::string> tried;  // the files, in libva's order
};

// Opens the render node and initializes libva on it. The error's text ends with what libva said.
Result<std::variant<VaDisplay, VaDriverMissing>> OpenVaDisplay(const std::filesystem::path& render_node);

// The driver files that libva says it tried to open, out of its messages.
std::vector<std::string> TriedDrivers(const std::vector<std::string>& messages);

// The folders of these files, each once, joined with a colon as in LIBVA_DRIVERS_PATH.
std::string SearchPath(const std::vector<std::string>& tried);

}  // namespace vfqual::suites
