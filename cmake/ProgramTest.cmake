# vfqual_program_test(NAME SAYS COMMAND … [VENDORS icd]): the program, run, prints what matches SAYS. OpenCL comes from PoCL
# alone, so that the outcome is the same on a machine with a GPU.
function(vfqual_program_test name)
  cmake_parse_arguments(ARG "" "SAYS;VENDORS" "COMMAND" ${ARGN})
  if(NOT ARG_VENDORS)
    set(ARG_VENDORS /etc/OpenCL/vendors/pocl.icd)
  endif()
  list(GET ARG_COMMAND 0 program)
  add_dependencies(all_unit_tests ${program})
  add_test(NAME ${name} COMMAND ${ARG_COMMAND})
  set_tests_properties(${name} PROPERTIES LABELS unit TIMEOUT 60 PASS_REGULAR_EXPRESSION "${ARG_SAYS}"
                       ENVIRONMENT "OCL_ICD_VENDORS=${ARG_VENDORS};POCL_CACHE_DIR=${CMAKE_CURRENT_BINARY_DIR}/pocl")
endfunction()

# vfqual_lab_va_test(NAME SAYS REGEX COMMAND … [FAULT fault] [SUBMIT_ERROR errno] [DRIVERS folder]): a program test with the lab's VA
# driver (or what FOLDER holds) on the render node /dev/dri/renderD128, which a preloaded library plays.
function(vfqual_lab_va_test name)
  cmake_parse_arguments(ARG "" "SAYS;FAULT;SUBMIT_ERROR;DRIVERS" "COMMAND" ${ARGN})
  vfqual_program_test(${name} SAYS "${ARG_SAYS}" COMMAND ${ARG_COMMAND})
  if(NOT ARG_DRIVERS)
    set(ARG_DRIVERS $<TARGET_FILE_DIR:lab_va_driver>)
  endif()
  add_dependencies(all_unit_tests fake_render_node)
  set_property(TEST ${name} APPEND PROPERTY ENVIRONMENT
               "LD_PRELOAD=$<TARGET_FILE:fake_render_node>" "VFQUAL_FAKE_RENDER_NODE=/dev/dri/renderD128"
               "LIBVA_DRIVERS_PATH=${ARG_DRIVERS}" "LIBVA_DRIVER_NAME=vfqual_lab"
               "ASAN_OPTIONS=verify_asan_link_order=0:detect_leaks=1")
  if(ARG_FAULT)
    set_property(TEST ${name} APPEND PROPERTY ENVIRONMENT "VFQUAL_LAB_VA_FAULT=${ARG_FAULT}")
  endif()
  if(ARG_SUBMIT_ERROR)
    set_property(TEST ${name} APPEND PROPERTY ENVIRONMENT "VFQUAL_FAKE_RENDER_NODE_ERROR=${ARG_SUBMIT_ERROR}")
  endif()
endfunction()

# vfqual_lab_va_codecs(NAME): that test with the driver in which all codecs are, all switched on.
function(vfqual_lab_va_codecs name)
  add_dependencies(all_unit_tests lab_va_codecs_driver)
  set_property(TEST ${name} APPEND PROPERTY ENVIRONMENT "LIBVA_DRIVERS_PATH=$<TARGET_FILE_DIR:lab_va_codecs_driver>"
                                                        "LIBVA_DRIVER_NAME=vfqual_lab_codecs"
                                                        "VFQUAL_LAB_VA_CODECS=h264,hevc,vp9,jpeg,mpeg2")
endfunction()

# vfqual_codecs_test(NAME SAYS REGEX [FAULT fault]): suite_media so, of all codecs but H.264.
function(vfqual_codecs_test name)
  vfqual_lab_va_test(${name} ${ARGN}
                     COMMAND suite_media --render-node=/dev/dri/renderD128 --scale=lab --vendor=vfqual
                             --vainfo=${PROJECT_SOURCE_DIR}/suites/lab-va/vainfo-codecs.txt --gtest_filter=-H264*:Ffmpeg.*:GStreamer.*)
  vfqual_lab_va_codecs(${name})
endfunction()

# vfqual_media_test(NAME SAYS REGEX [FAULT fault] [SUBMIT_ERROR errno] [DRIVERS folder] [ARGUMENTS …]): suite_media, so.
function(vfqual_media_test name)
  cmake_parse_arguments(ARG "" "" "ARGUMENTS" ${ARGN})
  vfqual_lab_va_test(${name} ${ARG_UNPARSED_ARGUMENTS}
                     COMMAND suite_media --render-node=/dev/dri/renderD128 --scale=lab --vendor=vfqual
                             --vainfo=${PROJECT_SOURCE_DIR}/suites/lab-va/vainfo.txt --gtest_filter=-Ffmpeg.*:GStreamer.* ${ARG_ARGUMENTS})
endfunction()
