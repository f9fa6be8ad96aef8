# libarchive and what it decompresses with as static libraries, which the distribution packages. Of libarchive only tar, ar
# and the usual filters are used, so that the linker leaves out what needs libxml2, nettle and libacl, of which no static
# libraries are packaged (module/source/archive_reader.cc names formats and filters one by one).
find_path(ARCHIVE_INCLUDE_DIR archive.h REQUIRED)
add_library(Archive::archive STATIC IMPORTED GLOBAL)
set_target_properties(Archive::archive PROPERTIES INTERFACE_INCLUDE_DIRECTORIES ${ARCHIVE_INCLUDE_DIR})
foreach(part archive lzma zstd lz4 bz2 z)
  find_library(ARCHIVE_${part}_LIBRARY NAMES lib${part}.a REQUIRED)
  if(part STREQUAL "archive")
    set_target_properties(Archive::archive PROPERTIES IMPORTED_LOCATION ${ARCHIVE_${part}_LIBRARY})
  else()
    target_link_libraries(Archive::archive INTERFACE ${ARCHIVE_${part}_LIBRARY})
  endif()
endforeach()
target_link_libraries(Archive::archive INTERFACE Threads::Threads)
