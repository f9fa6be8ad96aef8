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
