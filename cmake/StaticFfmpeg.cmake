# libavcodec and libavutil as static libraries: guests have no shared ones, or another version's. FFmpeg::avcodec.
set(VFQUAL_FFMPEG_ROOT "" CACHE PATH "Prefix of a static FFmpeg; ci/static-ffmpeg makes one where this is empty")
if(NOT VFQUAL_FFMPEG_ROOT)
  message(STATUS "Looking for a static FFmpeg (built once, about a minute)")
  execute_process(COMMAND ${PROJECT_SOURCE_DIR}/ci/static-ffmpeg OUTPUT_VARIABLE ffmpeg_prefix
                  OUTPUT_STRIP_TRAILING_WHITESPACE COMMAND_ERROR_IS_FATAL ANY)
  set_property(CACHE VFQUAL_FFMPEG_ROOT PROPERTY VALUE ${ffmpeg_prefix})
endif()
foreach(part avcodec avutil)
  set(library ${VFQUAL_FFMPEG_ROOT}/lib/lib${part}.a)
  if(NOT EXISTS ${library})
    message(FATAL_ERROR "${VFQUAL_FFMPEG_ROOT} holds no static FFmpeg: ${library} is missing")
  endif()
  add_library(FFmpeg::${part} STATIC IMPORTED GLOBAL)
  set_target_properties(FFmpeg::${part} PROPERTIES IMPORTED_LOCATION ${library}
                        INTERFACE_INCLUDE_DIRECTORIES ${VFQUAL_FFMPEG_ROOT}/include)
endforeach()
target_link_libraries(FFmpeg::avutil INTERFACE PkgConfig::LIBVA Threads::Threads m)
target_link_libraries(FFmpeg::avcodec INTERFACE FFmpeg::avutil)

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
