# vfqual_static_prefix(VARIABLE NAME LIBRARY …): sets VARIABLE to the prefix of a library that distributions do not package
# statically; the user may name one (-DVARIABLE=…). Otherwise ci/static-NAME builds it, beside all that does not need it: what
# uses lib/LIBRARY depends on the target static_NAME.
function(vfqual_static_prefix variable name)
  set(${variable} "" CACHE PATH "Prefix of a static ${name}; ci/static-${name} makes one where this is empty")
  set(prefix ${${variable}})
  if(prefix)
    foreach(library IN LISTS ARGN)
      if(NOT EXISTS ${prefix}/lib/${library})
        message(FATAL_ERROR "${variable}: ${prefix}/lib/${library} is missing; cmake -U${variable} has one built")
      endif()
    endforeach()
    add_custom_target(static_${name})
  else()
    set(script ${PROJECT_SOURCE_DIR}/ci/static-${name})
    set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${script} ${PROJECT_SOURCE_DIR}/ci/static-library.bash)
    execute_process(COMMAND ${script} --prefix OUTPUT_VARIABLE prefix OUTPUT_STRIP_TRAILING_WHITESPACE COMMAND_ERROR_IS_FATAL ANY)
    list(TRANSFORM ARGN PREPEND ${prefix}/lib/ OUTPUT_VARIABLE libraries)
    add_custom_command(OUTPUT ${libraries} COMMAND ${script} > /dev/null
                       COMMENT "Building a static ${name}, once (about a minute)" VERBATIM)
    add_custom_target(static_${name} DEPENDS ${libraries})
  endif()
  set(${variable} ${prefix} PARENT_SCOPE)
endfunction()

# vfqual_static_library(TARGET NAME PREFIX LIBRARY): what to link, as TARGET.
function(vfqual_static_library target name prefix library)
  string(REPLACE "::" "_" plain ${target})
  add_library(${plain} INTERFACE)
  add_library(${target} ALIAS ${plain})
  target_include_directories(${plain} SYSTEM INTERFACE ${prefix}/include)
  target_link_libraries(${plain} INTERFACE ${prefix}/lib/${library})
  add_dependencies(${plain} static_${name})
endfunction()
