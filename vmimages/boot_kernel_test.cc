#include "vmimages/boot_kernel.h"

#include <gmock/gmock.h>

#include <string>

namespace vfqual {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

constexpr std::size_t kSetupSectors = 2;
constexpr std::size_t kTestPayloadAt = (kSetupSectors + 1) * 512;

void Put32(std::string& image, std::size_t at, std::size_t value) {
  for (unsigned i = 0; i < 4; ++i) image[at + i] = static_cast<char>((value >> (8U * i)) & 0xffU);
}

// A bzImage as far as its setup header goes; `length` counts the appended size.
std::string BzImage(const std::string& payload, std::size_t length) {
  std::string image(kTestPayloadAt, '\0');
  image[0x1f1] = kSetupSectors;
  image.replace(0x202, 4, "HdrS");
  Put32(image, 0x248, 0);
  Put32(image, 0x24c, length);
  return image + payload;
}

TEST(BootKernel, FindsAPayloadOfZstd) {
  const std::string payload =
      "\x28\xb5\x2f\xfd"
      "compressed"
      "SIZE";
  const auto found = FindKernelPayload(BzImage(payload, payload.size()));
  ASSERT_TRUE(found.has_value()) << found.error().Message();
  EXPECT_EQ(found->offset_bytes, kTestPayloadAt);
  EXPECT_EQ(found->size_bytes, payload.size() - 4);
  EXPECT_THAT(found->unpack_argv, ElementsAre("zstd", "--decompress", "--stdout"));
}

TEST(BootKernel, FindsAPayloadOfXz) {
  const std::string payload =
      "\xfd"
      "7zXZ"
      "compressed"
      "SIZE";
  EXPECT_EQ(FindKernelPayload(BzImage(payload, payload.size())).value().unpack_argv.front(), "xz");
}

TEST(BootKernel, RefusesWhatIsNoBzImage) {
  EXPECT_THAT(FindKernelPayload("\x7f"
                                "ELF")
                  .error()
                  .what,
              HasSubstr("not a bzImage"));
  EXPECT_THAT(FindKernelPayload(std::string(4096, '\0')).error().what, HasSubstr("not a bzImage"));
}

TEST(BootKernel, RefusesAPayloadBeyondTheEnd) {
  const std::string payload =
      "\x28\xb5\x2f\xfd"
      "cut";
  EXPECT_THAT(FindKernelPayload(BzImage(payload, payload.size() + 1)).error().what, HasSubstr("outside"));
  EXPECT_THAT(FindKernelPayload(BzImage(payload, 3)).error().what, HasSubstr("outside"));
}

TEST(BootKernel, RefusesAnUnknownCompression) {
  EXPECT_THAT(FindKernelPayload(BzImage("plain bytes", 11)).error().what, HasSubstr("unknown"));
}

}  // namespace
}  // namespace vfqual
