// The init of the throw-away machine that loads modules: does the job in /job.json with modprobe(8), tells each step on
// the second serial port (harness/loadvm/load_report.h has the format), and ends the machine. Linked statically.
#include <fcntl.h>
#include <poll.h>
#include <sys/mount.h>
#include <sys/reboot.h>
#include <sys/utsname.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <fstream>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

namespace {

using Json = nlohmann::ordered_json;
using Clock = std::chrono::steady_clock;

constexpr std::size_t kMaxText = 2048;        // of one field
constexpr std::size_t kMaxFile = 7168;        // of a file that is told, or a variable that is written
constexpr std::size_t kMaxLogRecords = 5000;  // of the kernel's log
constexpr std::chrono::seconds kStepLimit{90};

class Report {
 public:
  explicit Report(int fd) : fd_(fd) {}

  void Write(const char* event, Json fields) {
    Json line = {{"event", event}};
    line.update(fields);
    std::string text = line.dump(-1, ' ', true, Json::error_handler_t::replace) + "\n";
    for (std::size_t sent = 0; sent < text.size();) {
      const ssize_t wrote = write(fd_, text.data() + sent, text.size() - sent);
      if (wrote < 0 && errno != EINTR) return;
      if (wrote > 0) sent += static_cast<std::size_t>(wrote);
    }
  }
  // The machine must not be ended before the last byte left the port.
  void Drain() { tcdrain(fd_); }

 private:
  int fd_;
};

std::string ReadBytes(const std::string& path, std::size_t most = kMaxText) {
  std::ifstream stream(path, std::ios::binary);
  std::string bytes(most, '\0');
  stream.read(bytes.data(), static_cast<std::streamsize>(bytes.size()));
  bytes.resize(static_cast<std::size_t>(std::max<std::streamsize>(stream.gcount(), 0)));
  return bytes;
}

std::string ReadLine(const std::string& path) {
  auto text = ReadBytes(path);
  while (!text.empty() && text.back() == '\n') text.pop_back();
  return text;
}

std::string Hex(const std::string& bytes) {
  constexpr auto kDigits = "0123456789abcdef";
  std::string hex;
  for (const char byte : bytes) {
    const auto code = static_cast<unsigned char>(byte);
    hex += kDigits[code >> 4U];
    hex += kDigits[code & 0xfU];
  }
  return hex;
}

// In /sys/module '-' is '_'.
std::string SysFolder(std::string name) {
  std::replace(name.begin(), name.end(), '-', '_');
  return "/sys/module/" + name;
}

struct Ended {
  int exit_code = -1;  // -1: it was ended by `signal`, or never started
  int signal = 0;
  bool timed_out = false;
  std::string output;
  double seconds = 0;
};

Ended Run(const std::vector<std::string>& words) {
  Ended ended;
  std::array<int, 2> ends{};
  if (pipe2(ends.data(), O_CLOEXEC) != 0) return ended;
  const auto start = Clock::now();
  const pid_t child = fork();
  if (child == 0) {
    dup2(ends[1], STDOUT_FILENO);
    dup2(ends[1], STDERR_FILENO);
    std::vector<char*> argv;
    for (const auto& word : words) argv.push_back(const_cast<char*>(word.c_str()));
    argv.push_back(nullptr);
    execv(argv[0], argv.data());
    _exit(127);
  }
  close(ends[1]);
  int status = 0;
  for (;;) {
    pollfd wait{ends[0], POLLIN, 0};
    if (poll(&wait, 1, 100) > 0) {
      std::array<char, 1024> buffer{};
      const ssize_t got = read(ends[0], buffer.data(), buffer.size());
      if (got > 0 && ended.output.size() < kMaxText) ended.output.append(buffer.data(), static_cast<std::size_t>(got));
      if (got > 0) continue;
    }
    if (waitpid(child, &status, WNOHANG) == child) break;
    if (!ended.timed_out && Clock::now() - start > kStepLimit) {
      ended.timed_out = true;
      kill(child, SIGKILL);
    }
    // Not even SIGKILL ends what hangs in the kernel.
    if (ended.timed_out && Clock::now() - start > kStepLimit + std::chrono::seconds(3)) break;
  }
  close(ends[0]);
  if (WIFEXITED(status) && !ended.timed_out) ended.exit_code = WEXITSTATUS(status);
  if (WIFSIGNALED(status)) ended.signal = WTERMSIG(status);
  ended.output.resize(std::min(ended.output.size(), kMaxText));
  ended.seconds = std::chrono::duration<double>(Clock::now() - start).count();
  return ended;
}

class KernelLog {
 public:
  explicit KernelLog(Report& report) : report_(report), fd_(open("/dev/kmsg", O_RDONLY | O_NONBLOCK | O_CLOEXEC)) {
    // What was logged before is the boot's.
    if (fd_ >= 0) lseek(fd_, 0, SEEK_END);
  }
  void Tell(const std::string& module) {
    std::array<char, 8192> record{};
    while (told_ < kMaxLogRecords) {
      const ssize_t got = read(fd_, record.data(), record.size());
      if (got < 0 && errno == EPIPE) continue;  // overwritten records are skipped
      if (got <= 0) return;
      ++told_;
      report_.Write("log", {{"module", module},
                            {"record", std::string(record.data(), std::min(static_cast<std::size_t>(got), kMaxText))}});
    }
  }

 private:
  Report& report_;
  int fd_;
  std::size_t told_ = 0;
};

void TellEnded(Report& report, const char* event, const std::string& module, const Ended& ended) {
  report.Write(event, {{"module", module},
                       {"exit_code", ended.exit_code},
                       {"signal", ended.signal},
                       {"timed_out", ended.timed_out},
                       {"seconds", ended.seconds},
                       {"output", ended.output}});
}

void Load(Report& report, KernelLog& log, const Json& module) {
  const auto name = module.at("name").get<std::string>();
  std::vector<std::string> argv = {"/bin/modprobe", name};
  for (const auto& [key, value] : module.at("parameters").items()) argv.push_back(key + "=" + value.get<std::string>());
  TellEnded(report, "load", name, Run(argv));
  log.Tell(name);
  const auto folder = SysFolder(name);
  if (access((folder + "/initstate").c_str(), F_OK) != 0) return;
  Json parameters = Json::object();
  for (const auto& [key, value] : module.at("parameters").items()) {
    const auto file = folder + "/parameters/" + key;
    if (access(file.c_str(), F_OK) == 0) parameters[key] = ReadLine(file);
  }
  report.Write("loaded", {{"module", name},
                          {"state", ReadLine(folder + "/initstate")},
                          {"srcversion", ReadLine(folder + "/srcversion")},
                          {"build_id_note", Hex(ReadBytes(folder + "/notes/.note.gnu.build-id"))},
                          {"taint", ReadLine(folder + "/taint")},
                          {"parameters", parameters}});
}

void Unload(Report& report, KernelLog& log, const Json& module) {
  const auto name = module.at("name").get<std::string>();
  const auto folder = SysFolder(name);
  if (access((folder + "/initstate").c_str(), F_OK) != 0) return;
  const auto ended = Run({"/bin/modprobe", "-r", name});
  TellEnded(report, "unload", name, ended);
  log.Tell(name);
  if (access((folder + "/initstate").c_str(), F_OK) == 0) {
    report.Write("stayed", {{"module", name}, {"refcnt", ReadLine(folder + "/refcnt")}});
  }
}

// efivarfs takes the attributes and the value in one write (Documentation/filesystems/efivarfs.rst).
int WriteEfiVariable(const std::string& variable, const std::string& value) {
  // NON_VOLATILE, BOOTSERVICE_ACCESS, RUNTIME_ACCESS, TIME_BASED_AUTHENTICATED_WRITE_ACCESS
  const std::string bytes = std::string("\x27\0\0\0", 4) + value;
  const int fd = open(("/sys/firmware/efi/efivars/" + variable).c_str(), O_CREAT | O_WRONLY | O_CLOEXEC, 0644);
  if (fd < 0) return errno;
  const ssize_t wrote = write(fd, bytes.data(), bytes.size());
  const int error = wrote < 0 ? errno : 0;
  close(fd);
  return wrote >= 0 && static_cast<std::size_t>(wrote) != bytes.size() ? EIO : error;
}

void TellFile(Report& report, const std::string& path) {
  const bool there = access(path.c_str(), R_OK) == 0;
  report.Write("file", {{"path", path},
                        {"errno", there ? 0 : errno},
                        {"content", there ? Hex(ReadBytes(path, kMaxFile)) : std::string()}});
}

// Secure Boot: the kernel's part of it, the firmware's variables, and what is to be enrolled.
void Prepare(Report& report, const Json& job) {
  for (const auto& name : job.at("kernel_modules")) Run({"/bin/modprobe", name.get<std::string>()});
  if (job.at("tell_files").empty() && job.at("efi_variables").empty()) return;
  mount("securityfs", "/sys/kernel/security", "securityfs", 0, nullptr);
  mount("efivarfs", "/sys/firmware/efi/efivars", "efivarfs", 0, nullptr);
  for (const auto& write : job.at("efi_variables")) {
    const auto variable = write.at("variable").get<std::string>();
    const auto value = ReadBytes(write.at("file").get<std::string>(), kMaxFile);
    report.Write("efi_variable", {{"variable", variable}, {"errno", WriteEfiVariable(variable, value)}});
  }
  for (const auto& path : job.at("tell_files")) TellFile(report, path.get<std::string>());
}

void Work(Report& report) {
  mount("proc", "/proc", "proc", 0, nullptr);
  mount("sysfs", "/sys", "sysfs", 0, nullptr);
  mount("debugfs", "/sys/kernel/debug", "debugfs", 0, nullptr);
  utsname name{};
  uname(&name);
  report.Write("hello", {{"schema", "vfqual/load/1"}, {"kernel", name.release}});
  std::ifstream stream("/job.json");
  const auto job = Json::parse(stream, nullptr, false);
  if (!job.is_object()) return;
  Prepare(report, job);
  const auto& modules = job.at("modules");
  KernelLog log(report);
  for (const auto& module : modules) Load(report, log, module);
  for (auto module = modules.rbegin(); module != modules.rend(); ++module) Unload(report, log, *module);
  // What works on after modprobe returned has a moment to complain.
  usleep(300'000);
  log.Tell("");
  report.Write("end", {{"taint", ReadLine("/proc/sys/kernel/tainted")}});
}

}  // namespace

int main() {
  if (getpid() != 1) return 2;
  mount("devtmpfs", "/dev", "devtmpfs", 0, nullptr);
  const int port = open("/dev/ttyS1", O_WRONLY | O_NOCTTY | O_CLOEXEC);
  termios raw{};
  if (tcgetattr(port, &raw) == 0) {
    cfmakeraw(&raw);
    cfsetspeed(&raw, B115200);
    tcsetattr(port, TCSANOW, &raw);
  }
  Report report(port);
  Work(report);
  report.Drain();
  reboot(RB_AUTOBOOT);
  return 1;
}
