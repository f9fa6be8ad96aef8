// What the user's words for a source mean, before anything of it is opened.
#pragma once

#include <string>

#include "harness/base/result.h"
#include "module/source/module_source.h"

namespace vfqual {

struct SourceSpec {
  SourceKind kind = SourceKind::kFolder;  // kTarball stands for every file, whatever archive it is
  std::string place;                      // folder, file, URL, or NAME/VERSION
  std::string revision;                   // git; empty: what the repository's HEAD names
};

// `revision` as given beside the spec (--rev). Looks at the file system to tell a folder from a file. Errors are
// kInput.
Result<SourceSpec> ParseSourceSpec(const std::string& spec, const std::string& revision);

}  // namespace vfqual
