// Sources of apt, as sources.list(5) has them: a line, a .list file, or a .sources file (deb822). Only what can be
// checked is taken: a source that is to be trusted without a signature is refused.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "harness/base/result.h"

namespace vfqual {

// One suite of one archive.
struct AptSource {
  std::string uri;
  std::string suite;
  std::vector<std::string> components;
  std::string signed_by;     // files or fingerprints, joined by commas; empty: what apt on this machine trusts
  std::string distribution;  // "debian", "ubuntu"; empty: not known

  // For amd64, whatever the source said.
  std::string Line() const;
  friend bool operator==(const AptSource&, const AptSource&) = default;
};

struct ParsedAptSources {
  std::vector<AptSource> sources;
  // Of what is `deb` and enabled, and cannot be taken: where and why. The rest of the file is in `sources`.
  std::vector<std::string> refused;
};

// `name` is for the messages. Sources of source packages and disabled ones are left out.
ParsedAptSources ParseAptSources(std::string_view text, const std::string& name);

// `spec` as a user gives it: "deb [signed-by=FILE] URI SUITE COMPONENT…", or a file of one of the two formats. A source
// without a key gets its distribution's, where the suite's name tells it. Errors are kInput: no such file, nothing in
// it, anything refused, or a key that is not there.
Result<std::vector<AptSource>> OpenAptSource(const std::string& spec);

}  // namespace vfqual
