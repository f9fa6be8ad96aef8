# vfqual_embed(TARGET FILE NAMESPACE-LEVEL-SYMBOL): makes the text of FILE a `extern const std::string_view SYMBOL`
# in namespace vfqual, so that the one binary carries its data to hosts under test.
function(vfqual_embed target file symbol)
  set(input ${CMAKE_CURRENT_SOURCE_DIR}/${file})
  set(output ${CMAKE_CURRENT_BINARY_DIR}/${symbol}.cc)
  set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${input})
  file(READ ${input} text)
  set(content "#include <string_view>\nnamespace vfqual {\nextern const std::string_view ${symbol};\nconst std::string_view ${symbol} = R\"VFQ(${text})VFQ\";\n}\n")
  file(GENERATE OUTPUT ${output} CONTENT "${content}")
  target_sources(${target} PRIVATE ${output})
endfunction()
