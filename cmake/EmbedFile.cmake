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

# vfqual_embed_folder(TARGET FOLDER SYMBOL): the *.json of FOLDER but schemas, as `extern const std::string_view* const SYMBOL`
# (name, text, name, text …) and `extern const std::size_t SYMBOL_count` in namespace vfqual. A new file is seen at the next build.
function(vfqual_embed_folder target folder symbol)
  set(output ${CMAKE_CURRENT_BINARY_DIR}/${symbol}.cc)
  file(GLOB files CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/${folder}/*.json)
  list(FILTER files EXCLUDE REGEX "\\.schema\\.json$")
  set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${files})
  list(LENGTH files count)
  set(texts "")
  foreach(file IN LISTS files)
    file(READ ${file} text)
    get_filename_component(name ${file} NAME)
    string(APPEND texts "    \"${name}\", R\"VFQ(${text})VFQ\",\n")
  endforeach()
  file(GENERATE OUTPUT ${output} CONTENT "#include <cstddef>\n#include <string_view>\nnamespace vfqual {\nnamespace {\nconst std::string_view kTexts[] = {\n${texts}    \"\"};\n}\nextern const std::string_view* const ${symbol};\nconst std::string_view* const ${symbol} = kTexts;\nextern const std::size_t ${symbol}_count;\nconst std::size_t ${symbol}_count = ${count};\n}\n")
  target_sources(${target} PRIVATE ${output})
endfunction()
