#include <fmt/format.h>
#include <fmt/ranges.h>

#include "module/install/install.h"

namespace vfqual {

namespace {

// Nix' strings know \", \\ and ${ (Nix manual, "String").
std::string NixString(const std::string& text) {
  std::string quoted = "\"";
  for (std::size_t at = 0; at < text.size(); ++at) {
    const bool opens = text[at] == '$' && at + 1 < text.size() && text[at + 1] == '{';
    if (text[at] == '"' || text[at] == '\\' || opens) quoted += '\\';
    quoted += text[at];
  }
  return quoted + "\"";
}

}  // namespace

std::string NixosExpression(const DkmsConf& conf, const std::string& source) {
  std::vector<std::string> packages;
  for (const auto& module : conf.modules) {
    if (module == "i915" || module == "xe") packages.push_back(fmt::format("pkgs.{}-sriov", module));
  }
  return fmt::format(
      "# {} {}, as a NixOS module: add it to the imports of configuration.nix.\n"
      "# Not run here: written after the release's own flake.nix.\n"
      "{{ pkgs, ... }}:\n"
      "let\n"
      "  release = builtins.getFlake {};\n"
      "in {{\n"
      "  imports = [ release.nixosModules.default ];\n"
      "  boot.extraModulePackages = [ {} ];\n"
      "}}\n",
      conf.name, conf.version, NixString(source), fmt::join(packages, " "));
}

}  // namespace vfqual
