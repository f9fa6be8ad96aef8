#include "suites/lab-va/driver.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>

#include "suites/h264/nal_unit.h"
#include "suites/lab-va/capabilities.h"
#include "suites/lab-va/h264_codec.h"
#include "suites/media/stream_facts.h"

namespace vfqual::lab_va {
namespace {

class DriverTest : public testing::Test {
 protected:
  DriverTest() : driver_([this] { return submission_; }, Fault::kNone, {&kH264Codec}) {}

  VAConfigID Config(VAEntrypoint entrypoint) {
    VAConfigID id = VA_INVALID_ID;
    EXPECT_EQ(driver_.CreateConfig(VAProfileH264High, entrypoint, nullptr, 0, &id), VA_STATUS_SUCCESS);
    return id;
  }

  VASurfaceID MakeSurface(unsigned width, unsigned height) {
    VASurfaceID id = VA_INVALID_SURFACE;
    EXPECT_EQ(driver_.CreateSurfaces2(VA_RT_FORMAT_YUV420, width, height, &id, 1, nullptr, 0), VA_STATUS_SUCCESS);
    return id;
  }

  template <class T>
  VABufferID MakeBuffer(VAContextID context, VABufferType type, T value) {
    VABufferID id = VA_INVALID_ID;
    EXPECT_EQ(driver_.CreateBuffer(context, type, sizeof(T), 1, &value, &id), VA_STATUS_SUCCESS);
    return id;
  }

  VAStatus submission_ = VA_STATUS_SUCCESS;
  Driver driver_;
};

// One IDR picture of 64x48 in constant QP.
class EncodeTest : public DriverTest {
 protected:
  static constexpr unsigned kWidth = 64;
  static constexpr unsigned kHeight = 48;
  static constexpr unsigned kCodedRoom = 65536;

  void SetUp() override {
    source_ = MakeSurface(kWidth, kHeight);
    ASSERT_EQ(driver_.CreateContext(Config(VAEntrypointEncSlice), kWidth, kHeight, 0, nullptr, 0, &context_),
              VA_STATUS_SUCCESS);
    coded_ = CodedBuffer(kCodedRoom);
  }

  VABufferID CodedBuffer(unsigned room) {
    VABufferID id = VA_INVALID_ID;
    EXPECT_EQ(driver_.CreateBuffer(context_, VAEncCodedBufferType, room, 1, nullptr, &id), VA_STATUS_SUCCESS);
    return id;
  }

  VAStatus EncodeIdr(std::uint8_t qp = 30) {
    VAEncSequenceParameterBufferH264 sequence{};
    sequence.level_idc = 20;
    sequence.max_num_ref_frames = 1;
    sequence.picture_width_in_mbs = kWidth / 16;
    sequence.picture_height_in_mbs = kHeight / 16;
    sequence.seq_fields.bits.chroma_format_idc = 1;
    sequence.seq_fields.bits.frame_mbs_only_flag = 1;
    VAEncPictureParameterBufferH264 picture{};
    picture.coded_buf = coded_;
    picture.pic_init_qp = qp;
    picture.pic_fields.bits.idr_pic_flag = 1;
    VAEncSliceParameterBufferH264 slice{};
    slice.slice_type = 2;
    std::array buffers = {MakeBuffer(context_, VAEncSequenceParameterBufferType, sequence),
                          MakeBuffer(context_, VAEncPictureParameterBufferType, picture),
                          MakeBuffer(context_, VAEncSliceParameterBufferType, slice)};
    EXPECT_EQ(driver_.BeginPicture(context_, source_), VA_STATUS_SUCCESS);
    EXPECT_EQ(driver_.RenderPicture(context_, buffers.data(), buffers.size()), VA_STATUS_SUCCESS);
    return driver_.EndPicture(context_);
  }

  std::vector<std::uint8_t> Coded() {
    void* mapped = nullptr;
    EXPECT_EQ(driver_.MapBuffer(coded_, &mapped), VA_STATUS_SUCCESS);
    const auto& segment = *static_cast<VACodedBufferSegment*>(mapped);
    EXPECT_EQ(segment.next, nullptr);
    const auto* const bytes = static_cast<std::uint8_t*>(segment.buf);
    return {bytes, bytes + segment.size};
  }

  VASurfaceID source_ = VA_INVALID_SURFACE;
  VAContextID context_ = VA_INVALID_ID;
  VABufferID coded_ = VA_INVALID_ID;
};

TEST_F(EncodeTest, FillsTheCodedBuffer) {
  ASSERT_EQ(EncodeIdr(), VA_STATUS_SUCCESS);
  const auto stream = Coded();
  const auto nals = h264::SplitNalUnits(stream);
  ASSERT_EQ(nals.size(), 3U);
  EXPECT_EQ(h264::TypeOf(nals[0]), h264::NalType::kSps);
  EXPECT_EQ(h264::TypeOf(nals[1]), h264::NalType::kPps);
  EXPECT_EQ(h264::TypeOf(nals[2]), h264::NalType::kIdrSlice);
}

TEST_F(EncodeTest, TakesAnyQp) {
  for (const std::uint8_t qp : std::to_array<std::uint8_t>({4, 26, 48})) {
    ASSERT_EQ(EncodeIdr(qp), VA_STATUS_SUCCESS);
    const auto stream = Coded();
    const auto facts = suites::ReadStreamFacts(stream);
    ASSERT_TRUE(facts);
    EXPECT_THAT(facts->slice_qps, testing::ElementsAre(qp));
  }
}

TEST_F(EncodeTest, FailsWithTheFunctionBehindIt) {
  submission_ = VA_STATUS_ERROR_HW_BUSY;
  EXPECT_EQ(EncodeIdr(), VA_STATUS_ERROR_HW_BUSY);
  submission_ = VA_STATUS_ERROR_OPERATION_FAILED;
  EXPECT_EQ(EncodeIdr(), VA_STATUS_ERROR_OPERATION_FAILED);
}

TEST_F(EncodeTest, RefusesATooSmallCodedBuffer) {
  coded_ = CodedBuffer(8);
  EXPECT_EQ(EncodeIdr(), VA_STATUS_ERROR_NOT_ENOUGH_BUFFER);
}

TEST_F(EncodeTest, RefusesAPictureWithoutParameters) {
  ASSERT_EQ(driver_.BeginPicture(context_, source_), VA_STATUS_SUCCESS);
  EXPECT_EQ(driver_.EndPicture(context_), VA_STATUS_ERROR_INVALID_PARAMETER);
}

TEST_F(DriverTest, RefusesSliceDataBeyondItsBuffer) {
  VAContextID context = VA_INVALID_ID;
  ASSERT_EQ(driver_.CreateContext(Config(VAEntrypointVLD), 64, 48, 0, nullptr, 0, &context), VA_STATUS_SUCCESS);
  ASSERT_EQ(driver_.BeginPicture(context, MakeSurface(64, 48)), VA_STATUS_SUCCESS);
  VASliceParameterBufferH264 slice{};
  slice.slice_data_size = 5;
  std::array buffers = {MakeBuffer(context, VASliceParameterBufferType, slice),
                        MakeBuffer(context, VASliceDataBufferType, std::array<std::uint8_t, 4>{})};
  EXPECT_EQ(driver_.RenderPicture(context, buffers.data(), buffers.size()), VA_STATUS_ERROR_INVALID_PARAMETER);
}

TEST_F(DriverTest, OffersThreeProfilesOfH264AndVideoProcessing) {
  std::array<VAProfile, 4> profiles{};
  int count = 0;
  ASSERT_EQ(driver_.QueryConfigProfiles(profiles.data(), &count), VA_STATUS_SUCCESS);
  EXPECT_EQ(count, 4);
  std::array<VAEntrypoint, 2> entrypoints{};
  ASSERT_EQ(driver_.QueryConfigEntrypoints(VAProfileH264Main, entrypoints.data(), &count), VA_STATUS_SUCCESS);
  EXPECT_EQ(entrypoints, (std::array{VAEntrypointVLD, VAEntrypointEncSlice}));
  EXPECT_EQ(driver_.QueryConfigEntrypoints(VAProfileHEVCMain, entrypoints.data(), &count),
            VA_STATUS_ERROR_UNSUPPORTED_PROFILE);
}

TEST_F(DriverTest, RefusesWhatItDoesNotOffer) {
  VAConfigID config = VA_INVALID_ID;
  EXPECT_EQ(driver_.CreateConfig(VAProfileH264High, VAEntrypointEncSliceLP, nullptr, 0, &config),
            VA_STATUS_ERROR_UNSUPPORTED_ENTRYPOINT);
  VAConfigAttrib rate_control{VAConfigAttribRateControl, VA_RC_ICQ};
  EXPECT_EQ(driver_.CreateConfig(VAProfileH264High, VAEntrypointEncSlice, &rate_control, 1, &config),
            VA_STATUS_ERROR_INVALID_VALUE);
  VASurfaceID surface = VA_INVALID_SURFACE;
  EXPECT_EQ(driver_.CreateSurfaces(kMaxWidth + 1, 16, VA_RT_FORMAT_YUV420, 1, &surface),
            VA_STATUS_ERROR_RESOLUTION_NOT_SUPPORTED);
  EXPECT_EQ(driver_.SyncSurface(1), VA_STATUS_ERROR_INVALID_SURFACE);
}

TEST_F(DriverTest, ImagesStayInsideTheirSurface) {
  const auto surface = MakeSurface(64, 48);
  VAImageFormat format = Nv12Format();
  VAImage image{};
  ASSERT_EQ(driver_.CreateImage(&format, 64, 48, &image), VA_STATUS_SUCCESS);
  EXPECT_EQ(driver_.PutImage(surface, image.image_id, 0, 0, 64, 48, 0, 0, 64, 48), VA_STATUS_SUCCESS);
  EXPECT_EQ(driver_.PutImage(surface, image.image_id, 0, 0, 64, 48, 2, 0, 64, 48), VA_STATUS_ERROR_INVALID_PARAMETER);
  EXPECT_EQ(driver_.GetImage(surface, 0, 0, 64, 50, image.image_id), VA_STATUS_ERROR_INVALID_PARAMETER);
}

TEST_F(DriverTest, ADerivedImageIsTheSurfacesMemory) {
  const auto surface = MakeSurface(64, 48);
  VAImage image{};
  ASSERT_EQ(driver_.DeriveImage(surface, &image), VA_STATUS_SUCCESS);
  void* bytes = nullptr;
  ASSERT_EQ(driver_.MapBuffer(image.buf, &bytes), VA_STATUS_SUCCESS);
  static_cast<std::uint8_t*>(bytes)[image.pitches[0] + 3] = 77;
  VAImageFormat format = Nv12Format();
  VAImage copy{};
  ASSERT_EQ(driver_.CreateImage(&format, 64, 48, &copy), VA_STATUS_SUCCESS);
  ASSERT_EQ(driver_.GetImage(surface, 0, 0, 64, 48, copy.image_id), VA_STATUS_SUCCESS);
  ASSERT_EQ(driver_.MapBuffer(copy.buf, &bytes), VA_STATUS_SUCCESS);
  EXPECT_EQ(static_cast<std::uint8_t*>(bytes)[copy.pitches[0] + 3], 77);
}

}  // namespace
}  // namespace vfqual::lab_va
