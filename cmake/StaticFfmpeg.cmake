# libavcodec and libavutil as static libraries: guests have no shared ones, or another version's. FFmpeg::avcodec.
include(StaticPrefix)
vfqual_static_prefix(VFQUAL_FFMPEG_ROOT ffmpeg libavcodec.a libavutil.a)
vfqual_static_library(FFmpeg::avutil ffmpeg ${VFQUAL_FFMPEG_ROOT} libavutil.a)
vfqual_static_library(FFmpeg::avcodec ffmpeg ${VFQUAL_FFMPEG_ROOT} libavcodec.a)
target_link_libraries(FFmpeg_avutil INTERFACE PkgConfig::LIBVA Threads::Threads m)
target_link_libraries(FFmpeg_avcodec INTERFACE FFmpeg_avutil)

# libx264, whose static library distributions package.
find_path(X264_INCLUDE_DIR x264.h REQUIRED)
find_library(X264_LIBRARY NAMES libx264.a REQUIRED)
add_library(X264::x264 STATIC IMPORTED GLOBAL)
set_target_properties(X264::x264 PROPERTIES IMPORTED_LOCATION ${X264_LIBRARY} INTERFACE_INCLUDE_DIRECTORIES ${X264_INCLUDE_DIR})
target_link_libraries(X264::x264 INTERFACE Threads::Threads m ${CMAKE_DL_LIBS})

# libyuv, likewise.
find_path(YUV_INCLUDE_DIR libyuv.h REQUIRED)
find_library(YUV_LIBRARY NAMES libyuv.a REQUIRED)
add_library(Libyuv::yuv STATIC IMPORTED GLOBAL)
set_target_properties(Libyuv::yuv PROPERTIES IMPORTED_LOCATION ${YUV_LIBRARY} INTERFACE_INCLUDE_DIRECTORIES ${YUV_INCLUDE_DIR})

# The encoders of the lab's other codecs, likewise. libx265 also needs libnuma, of which no static library fits into a shared object: see
# suites/lab-va/without_numa.cc.
find_path(X265_INCLUDE_DIR x265.h REQUIRED)
find_library(X265_LIBRARY NAMES libx265.a REQUIRED)
add_library(X265::x265 STATIC IMPORTED GLOBAL)
set_target_properties(X265::x265 PROPERTIES IMPORTED_LOCATION ${X265_LIBRARY} INTERFACE_INCLUDE_DIRECTORIES ${X265_INCLUDE_DIR})
target_link_libraries(X265::x265 INTERFACE Threads::Threads m ${CMAKE_DL_LIBS})

find_path(VPX_INCLUDE_DIR vpx/vpx_encoder.h REQUIRED)
find_library(VPX_LIBRARY NAMES libvpx.a REQUIRED)
add_library(Vpx::vpx STATIC IMPORTED GLOBAL)
set_target_properties(Vpx::vpx PROPERTIES IMPORTED_LOCATION ${VPX_LIBRARY} INTERFACE_INCLUDE_DIRECTORIES ${VPX_INCLUDE_DIR})
target_link_libraries(Vpx::vpx INTERFACE Threads::Threads m)

find_path(JPEG_INCLUDE_DIR jpeglib.h REQUIRED)
find_library(JPEG_LIBRARY NAMES libjpeg.a REQUIRED)
add_library(Jpeg::jpeg STATIC IMPORTED GLOBAL)
set_target_properties(Jpeg::jpeg PROPERTIES IMPORTED_LOCATION ${JPEG_LIBRARY} INTERFACE_INCLUDE_DIRECTORIES ${JPEG_INCLUDE_DIR})
