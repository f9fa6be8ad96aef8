#include "module/source/archive_reader.h"

#include <archive.h>
#include <archive_entry.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <memory>
#include <string_view>
#include <utility>

#include "harness/base/unique_fd.h"

namespace vfqual {

namespace {

namespace fs = std::filesystem;

constexpr std::size_t kBlockBytes = std::size_t{64} << 10U;
constexpr const char* kDamagedFix = "download it again";

struct ArchiveFree {
  void operator()(archive* handle) const { archive_read_free(handle); }
};
using ArchiveHandle = std::unique_ptr<archive, ArchiveFree>;

// Each format and filter by name: the program is linked statically, and "all" would bring XML and cryptography with it.
Result<ArchiveHandle> OpenArchive(const fs::path& file, bool as_ar) {
  ArchiveHandle handle(archive_read_new());
  if (!handle) return Fail("no memory for reading archives");
  if (as_ar) {
    archive_read_support_format_ar(handle.get());
    archive_read_support_filter_none(handle.get());
  } else {
    archive_read_support_format_tar(handle.get());
    archive_read_support_filter_gzip(handle.get());
    archive_read_support_filter_bzip2(handle.get());
    archive_read_support_filter_xz(handle.get());
    archive_read_support_filter_lzma(handle.get());
    archive_read_support_filter_zstd(handle.get());
    archive_read_support_filter_lz4(handle.get());
    archive_read_support_filter_compress(handle.get());
  }
  if (archive_read_open_filename(handle.get(), file.c_str(), kBlockBytes) == ARCHIVE_OK) return handle;
  return FailInput(
      fmt::format("{}: is no archive that can be read: {}", file.string(), archive_error_string(handle.get())),
      "give a tarball, a .deb or an Arch package");
}

tl::unexpected<Error> Damaged(const std::string& source, archive* handle) {
  const char* const why = archive_error_string(handle);
  return FailInput(fmt::format("{}: is damaged or cut short: {}", source, why == nullptr ? "no reason given" : why),
                   kDamagedFix);
}

// The next entry; null at the end.
Result<archive_entry*> NextEntry(const std::string& source, archive* handle) {
  archive_entry* entry = nullptr;
  const int status = archive_read_next_header(handle, &entry);
  if (status == ARCHIVE_EOF) return nullptr;
  if (status != ARCHIVE_OK && status != ARCHIVE_WARN) return Damaged(source, handle);
  return entry;
}

Result<std::span<const std::byte>> NextPiece(const std::string& source, archive* handle,
                                             std::vector<std::byte>& block) {
  const la_ssize_t count = archive_read_data(handle, block.data(), block.size());
  if (count < 0) return Damaged(source, handle);
  return std::span<const std::byte>(block).first(static_cast<std::size_t>(count));
}

class Unpacking {
 public:
  Unpacking(std::string source, TreeWriter& tree, const UnpackOptions& options)
      : source_(std::move(source)), tree_(tree), options_(options) {}

  // `packaged`: take only what lies under options.packaged. Without it an Arch package is noticed by its
  // .PKGINFO.
  Result<ArchiveKind> Run(archive* handle, bool packaged) {
    ArchiveKind kind = ArchiveKind::kTarball;
    for (;;) {
      if (options_.cancelled && options_.cancelled()) return Fail("cancelled");
      VFQUAL_TRY(archive_entry* const entry, NextEntry(source_, handle), "");
      if (entry == nullptr) break;
      const char* const name = archive_entry_pathname(entry);
      if (name == nullptr) return FailInput(fmt::format("{}: an entry has no readable name", source_), kDamagedFix);
      if (IsPacmanFile(name)) {
        kind = ArchiveKind::kPacman;
        packaged = true;
        continue;
      }
      VFQUAL_CHECK(Take(handle, entry, name, packaged), "");
    }
    return kind;
  }

 private:
  // alpm's own files come first in its packages (makepkg).
  static bool IsPacmanFile(std::string_view name) {
    return name == ".PKGINFO" || name == ".BUILDINFO" || name == ".MTREE" || name == ".INSTALL" || name == ".CHANGELOG";
  }

  Status Take(archive* handle, archive_entry* entry, std::string_view name, bool packaged) {
    auto safe = SafeRelativePath(name);
    if (!safe) {
      return FailInput(fmt::format("{}: '{}': {}", source_, name, safe.error().what),
                       "take a release from a place you trust");
    }
    std::string_view path = *safe;
    const mode_t type = archive_entry_filetype(entry);
    const char* const hard_link = archive_entry_hardlink(entry);
    if (hard_link == nullptr && type != AE_IFREG && type != AE_IFDIR && type != AE_IFLNK) {
      return FailInput(fmt::format("{}: '{}' is a device, a pipe or a socket", source_, name),
                       "take a release from a place you trust");
    }
    if (packaged) {
      if (!path.starts_with(options_.packaged)) return {};
      path.remove_prefix(options_.packaged.size());
    }
    if (path.empty()) return {};
    if (hard_link != nullptr) {
      std::string_view target = hard_link;
      while (target.starts_with("./")) target.remove_prefix(2);
      if (packaged && target.starts_with(options_.packaged)) target.remove_prefix(options_.packaged.size());
      return tree_.HardLink(path, target);
    }
    if (type == AE_IFDIR) return tree_.Folder(path);
    if (type == AE_IFLNK) {
      const char* const target = archive_entry_symlink(entry);
      return tree_.SymbolicLink(path, target == nullptr ? "" : target);
    }
    return tree_.File(path, (archive_entry_perm(entry) & S_IXUSR) != 0,
                      [&] { return NextPiece(source_, handle, block_); });
  }

  std::string source_;
  TreeWriter& tree_;
  const UnpackOptions& options_;
  std::vector<std::byte> block_ = std::vector<std::byte>(kBlockBytes);
};

Result<bool> IsAr(const fs::path& file) {
  constexpr std::string_view kMagic = "!<arch>\n";
  const UniqueFd fd(open(file.c_str(), O_RDONLY | O_CLOEXEC));
  if (!fd.Valid()) return FailInput(fmt::format("cannot read {}: {}", file.string(), strerrordesc_np(errno)));
  std::string start(kMagic.size(), '\0');
  return read(fd.Get(), start.data(), start.size()) == static_cast<ssize_t>(start.size()) && start == kMagic;
}

// deb(5): an ar archive of debian-binary, control.tar.* and data.tar.*. Writes the last to `out`.
Status TakeDataTar(const fs::path& deb, const fs::path& out_folder, TreeLimits limits) {
  const std::string source = deb.string();
  VFQUAL_TRY(const auto handle, OpenArchive(deb, true), "");
  VFQUAL_TRY(auto tree, TreeWriter::Make(out_folder, source, limits), "");
  std::vector<std::byte> block(kBlockBytes);
  for (;;) {
    VFQUAL_TRY(archive_entry* const entry, NextEntry(source, handle.get()), "");
    if (entry == nullptr) {
      return FailInput(fmt::format("{}: holds no data.tar: it is damaged or cut short, or no Debian package", source),
                       kDamagedFix);
    }
    const char* const name = archive_entry_pathname(entry);
    if (name == nullptr || !std::string_view(name).starts_with("data.tar")) continue;
    const auto size = static_cast<std::uint64_t>(archive_entry_size(entry));
    std::uint64_t taken = 0;
    VFQUAL_CHECK(tree.File("data.tar", false,
                           [&]() -> Result<std::span<const std::byte>> {
                             VFQUAL_TRY(const auto piece, NextPiece(source, handle.get(), block), "");
                             taken += piece.size();
                             return piece;
                           }),
                 "");
    if (taken != size) {
      return FailInput(fmt::format("{}: is cut short: {} bytes of {}", source, taken, size), kDamagedFix);
    }
    return {};
  }
}

}  // namespace

Result<UnpackedArchive> UnpackArchive(const fs::path& file, const fs::path& root, const fs::path& work,
                                      const UnpackOptions& options) {
  const std::string source = file.string();
  VFQUAL_TRY(const bool is_deb, IsAr(file), "");
  fs::path tar = file;
  if (is_deb) {
    VFQUAL_CHECK(TakeDataTar(file, work, options.limits), "");
    tar = work / "data.tar";
  }
  VFQUAL_TRY(const auto handle, OpenArchive(tar, false), "");
  VFQUAL_TRY(auto tree, TreeWriter::Make(root, source, options.limits), "");
  VFQUAL_TRY(const auto kind, Unpacking(source, tree, options).Run(handle.get(), is_deb), "");
  VFQUAL_CHECK(tree.Finish(), "");
  std::error_code error;
  if (is_deb) fs::remove(tar, error);
  return UnpackedArchive{is_deb ? ArchiveKind::kDeb : kind};
}

}  // namespace vfqual
