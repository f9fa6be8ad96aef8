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
