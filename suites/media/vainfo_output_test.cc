#include "suites/media/vainfo_output.h"

#include "suites/testing/status_matchers.h"

namespace vfqual::suites {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

constexpr std::string_view kOutput =
    "libva info: VA-API version 1.17.0\n"
    "vainfo: Driver version: Intel iHD driver for Intel(R) Gen Graphics - 23.1.1\n"
    "vainfo: Supported profile and entrypoints\n"
    "      VAProfileNone                   :\tVAEntrypointVideoProc\n"
    "      VAProfileH264High               :\tVAEntrypointEncSlice";

TEST(ParseVainfo, TakesThePairs) {
  EXPECT_THAT(ParseVainfo(kOutput),
              ElementsAre("VAProfileNone/VAEntrypointVideoProc", "VAProfileH264High/VAEntrypointEncSlice"));
  EXPECT_THAT(ParseVainfo("vainfo: error"), IsEmpty());
}

TEST(CheckSameCapabilities, NamesWhatOnlyOneHas) {
  EXPECT_THAT(CheckSameCapabilities({"a/x", "b/x"}, {"b/x", "a/x"}), IsOk());
  EXPECT_THAT(CheckSameCapabilities({"a/x", "b/x"}, {"b/x", "c/x"}),
              IsError("only libva has [a/x], only vainfo has [c/x]"));
}

}  // namespace
}  // namespace vfqual::suites
