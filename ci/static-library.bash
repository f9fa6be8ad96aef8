# Sourced by the scripts that build a library statically from the distribution's own source package, in the version that its
# development package has: programs that run in guests cannot rely on shared libraries, and no .a is packaged.
#
# static_library NAME SOURCE-PACKAGE DEVELOPMENT-PACKAGE RECIPE [FILE …]
#   Prints the prefix in the cache; where there is none builds it first, but with the argument --prefix: calls `build_library SOURCE BUILD STAGE VERSION`, which the
#   script defines, and which installs into the folder STAGE. FILEs hold the recipe: where they change it is built anew.
#   script_arguments are the script's own.
# Needs apt's package lists, dpkg-dev and a compiler; not root.

# The machine's own apt sources with "deb" read as "deb-src", in a private apt that leaves /etc/apt and /var/lib/apt alone.
fetch_source() { # WORK-FOLDER SOURCE-PACKAGE VERSION; unpacks below WORK-FOLDER/source
  local work=$1 source_package=$2 version=$3 list
  mkdir -p "$work"/apt/{sources.list.d,lists/partial,archives/partial} "$work/source"
  for list in /etc/apt/sources.list /etc/apt/sources.list.d/*.{list,sources}; do
    [[ -f $list ]] || continue
    sed -E 's/^deb(-src)?([[:space:]])/deb-src\2/; s/^Types:.*/Types: deb-src/' "$list" \
      >"$work/apt/sources.list.d/$(basename "${list/%sources.list/main.list}")"
  done
  local private_apt=(
    -o Dir::Etc::SourceList=/dev/null -o "Dir::Etc::SourceParts=$work/apt/sources.list.d"
    -o "Dir::State::Lists=$work/apt/lists" -o "Dir::Cache=$work/apt" -o "APT::Sandbox::User=$(id -un)"
  )
  # A third-party repository without sources makes the update fail; what counts is whether the package is found.
  apt-get "${private_apt[@]}" update || true
  (cd "$work/source" && apt-get "${private_apt[@]}" source --only-source "$source_package=$version")
}

# The version of the source that a package is built from. apt takes a second to tell: it is kept in FILE for as long as apt's lists and
# sources are as they were.
packaged_version() { # PACKAGE FILE
  local package version stamp kept_stamp kept_version
  stamp=$(stat -c '%n %y' /var/lib/apt/lists /etc/apt /etc/apt/sources.list /etc/apt/sources.list.d/* 2>/dev/null | sha256sum | cut -c1-16)
  if [[ -r $2 ]] && read -r kept_stamp kept_version <"$2" && [[ $kept_stamp == "$stamp" ]]; then
    echo "$kept_version"
    return
  fi
  package=$(apt-cache show --no-all-versions "$1") || {
    echo "$0: apt does not know $1; run 'apt-get update' (Ubuntu: enable universe)" >&2
    return 1
  }
  # "Source: benchmark (1.7.1-1)" names a version only where it differs from the binary package's.
  version=$(sed -n 's/^Source: .*(\(.*\))$/\1/p; /^$/q' <<<"$package")
  version=${version:-$(sed -n 's/^Version: //p; /^$/q' <<<"$package")}
  echo "$stamp $version" >"$2.$$" && mv "$2.$$" "$2"
  echo "$version"
}

static_library() {
  local name=$1 source_package=$2 development_package=$3
  shift 3
  local version distribution recipe
  local cache=${VFQUAL_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/vfqual}/$name
  mkdir -p "$cache"
  version=$(packaged_version "$development_package" "$cache/version-of-$development_package")
  # shellcheck source=/dev/null
  distribution=$(. /etc/os-release && echo "$ID-$VERSION_ID")
  recipe=$(cat "$@" /dev/null | sha256sum | cut -c1-8)
  local prefix=$cache/${version//:/_}-$distribution-$(uname -m)-$recipe

  if [[ ${script_arguments[*]} == --prefix ]]; then
    echo "$prefix"
    return
  fi
  exec 9>"$prefix.lock"
  flock 9
  if [[ ! -e $prefix/include ]]; then # ninja makes the folder of an output before the output
    local work log=$prefix.log
    work=$(mktemp -d "$cache/build.XXXXXX")
    # shellcheck disable=SC2064 # these values, now
    trap "rm -rf '$work'" EXIT
    # In a shell of its own: `set -e` does not hold in a command whose status is asked for.
    local status=0
    set +e
    (
      set -e
      fetch_source "$work" "$source_package" "$version"
      build_library "$(echo "$work/source/$source_package"-*/)" "$work/build" "$work/stage" "$version"
      rm -rf "$prefix"
      mv -T "$work/stage" "$prefix" # whole or not at all
    ) >"$log" 2>&1
    status=$?
    set -e
    if [[ $status -ne 0 ]]; then
      tail -n 20 "$log" >&2
      echo "$0: building $source_package $version failed; the whole log is $log" >&2
      exit 1
    fi
  fi
  echo "$prefix"
}
