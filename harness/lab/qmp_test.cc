#include "harness/lab/qmp.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/un.h>

#include <cstring>
#include <thread>

#include "harness/base/temporary_folder.h"

namespace vfqual {
namespace {

using std::chrono::milliseconds;
using testing::HasSubstr;

// Answers each line it gets with the next of its texts.
class FakeMonitor {
 public:
  FakeMonitor(const std::filesystem::path& path, std::vector<std::string> texts) : texts_(std::move(texts)) {
    listener_ = UniqueFd(socket(AF_UNIX, SOCK_STREAM, 0));
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    std::memcpy(address.sun_path, path.c_str(), path.native().size());
    const bool ready = bind(listener_.Get(), reinterpret_cast<sockaddr*>(&address), sizeof(address)) == 0 &&
                       listen(listener_.Get(), 1) == 0;
    if (ready) thread_ = std::thread([this] { Serve(); });
  }
  FakeMonitor(const FakeMonitor&) = delete;
  FakeMonitor& operator=(const FakeMonitor&) = delete;
  ~FakeMonitor() {
    shutdown(listener_.Get(), SHUT_RDWR);
    if (thread_.joinable()) thread_.join();
  }
  const std::string& Asked() const { return asked_; }

 private:
  void Serve() {
    const UniqueFd client(accept(listener_.Get(), nullptr, nullptr));
    for (std::size_t index = 0; index < texts_.size(); ++index) {
      if (index > 0) {
        char letter = 0;
        while (recv(client.Get(), &letter, 1, 0) == 1 && letter != '\n') asked_ += letter;
      }
      static_cast<void>(send(client.Get(), texts_[index].data(), texts_[index].size(), MSG_NOSIGNAL));
    }
  }

  std::vector<std::string> texts_;
  UniqueFd listener_;
  std::string asked_;
  std::thread thread_;
};

bool NeverStop() {
  return false;
}

class QmpTest : public testing::Test {
 protected:
  std::filesystem::path Socket() const { return folder_->Path() / "qmp"; }
  Result<TemporaryFolder> folder_ = TemporaryFolder::Make("vfqual-qmp-test");
};

TEST_F(QmpTest, PassesOverEventsAndTellsErrors) {
  FakeMonitor monitor(
      Socket(), {"{\"QMP\": {}}\r\n", "{\"return\": {}}\r\n", "{\"event\": \"RESUME\"}\r\n{\"return\": \"text\"}\r\n",
                 "{\"error\": {\"class\": \"GenericError\", \"desc\": \"no such thing\"}}\r\n"});
  auto qmp = Qmp::Connect(Socket(), milliseconds(2000), NeverStop);
  ASSERT_TRUE(qmp) << qmp.error().Message();
  EXPECT_EQ(qmp->Monitor("info usernet", milliseconds(2000)).value(), "text");
  EXPECT_THAT(monitor.Asked(), HasSubstr("\"command-line\":\"info usernet\""));
  const auto failed = qmp->Execute("quit", nlohmann::json::object(), milliseconds(2000));
  ASSERT_FALSE(failed);
  EXPECT_THAT(failed.error().what, HasSubstr("no such thing"));
  EXPECT_THAT(qmp->Execute("quit", nlohmann::json::object(), milliseconds(2000)).error().Message(),
              HasSubstr("closed"));
}

TEST_F(QmpTest, DoesNotWaitForEver) {
  EXPECT_FALSE(Qmp::Connect(Socket(), milliseconds(100), NeverStop));
  FakeMonitor silent(Socket(), {"{\"QMP\": {}}\r\n", ""});
  EXPECT_FALSE(Qmp::Connect(Socket(), milliseconds(100), NeverStop));
}

TEST_F(QmpTest, DoesNotWaitForAMachineThatEnded) {
  const auto started = std::chrono::steady_clock::now();
  EXPECT_FALSE(Qmp::Connect(Socket(), milliseconds(10'000), [] { return true; }));
  EXPECT_LT(std::chrono::steady_clock::now() - started, milliseconds(2000));
}

TEST(ForwardedPort, ReadsTheTableOfQemu) {
  // As QEMU 7.2 prints it.
  constexpr auto kTable =
      "Hub -1 (net0):\r\n"
      "  Protocol[State]    FD  Source Address  Port   Dest. Address  Port RecvQ SendQ\r\n"
      "  UDP[99 sec]        14       10.0.2.15   123        10.0.2.2   123     0     0\r\n"
      "  TCP[HOST_FORWARD]  12       127.0.0.1 41653       10.0.2.15    22     0     0\r\n";
  EXPECT_EQ(ForwardedPort(kTable), 41653);
  EXPECT_EQ(ForwardedPort("  TCP[HOST_FORWARD]  12       127.0.0.1 41653       10.0.2.15    80     0     0\r\n"),
            std::nullopt);
  EXPECT_EQ(ForwardedPort(""), std::nullopt);
}

}  // namespace
}  // namespace vfqual
