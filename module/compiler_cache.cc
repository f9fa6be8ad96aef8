#include "module/compiler_cache.h"

namespace vfqual {

std::vector<std::pair<std::string, std::string>> CompilerCache::Environment() const {
  return {{"PATH", programs + ":/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"}, {"CCACHE_DIR", folder}};
}

Result<std::optional<CompilerCache>> FindCompilerCache(Host& host, const std::string& folder) {
  if (folder.empty()) return std::nullopt;
  VFQUAL_TRY(const bool installed, host.Exists("/usr/bin/ccache"), "looking for ccache");
  if (!installed) return std::nullopt;
  for (const char* programs : {"/usr/lib/ccache/bin", "/usr/lib/ccache", "/usr/lib64/ccache"}) {
    VFQUAL_TRY(const bool exists, host.Exists(programs), "looking for ccache");
    if (exists) return CompilerCache{programs, folder};
  }
  return std::nullopt;
}

}  // namespace vfqual
