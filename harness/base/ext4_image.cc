#include "harness/base/ext4_image.h"

namespace vfqual {

std::vector<std::string> Mke2fsArgv(const Ext4Image& image) {
  std::vector<std::string> argv = {"mke2fs", "-q", "-F", "-t", "ext4"};
  argv.insert(argv.end(), {"-b", std::to_string(kExt4BlockBytes), "-m", "0"});
  argv.insert(argv.end(), {"-O", "^has_journal,^resize_inode", "-N", std::to_string(image.inodes)});
  argv.insert(argv.end(), image.arguments.begin(), image.arguments.end());
  argv.insert(argv.end(), {"-E", "root_owner=0:0,nodiscard" + image.extended_options});
  argv.insert(argv.end(), {"-d", image.folder, image.file, std::to_string(image.blocks)});
  return argv;
}

}  // namespace vfqual
