// What the tests of domains and agents share: a fake daemon, and a domain that runs on it.
#pragma once

#include <gtest/gtest.h>

#include <memory>

#include "harness/guest/domain.h"
#include "harness/guest/fake_libvirt.h"

namespace vfqual {

inline DomainSpec TestSpec() {
  DomainSpec spec;
  spec.name = "vf1";
  spec.run_id = "r1";
  spec.direct_kernel = DirectKernel{"/vmlinuz", "", "console=ttyS0"};
  return spec;
}

class FakeDaemonTest : public testing::Test {
 protected:
  std::shared_ptr<Connection> Connect() { return Connection::Open(libvirt_, "fake:///").value(); }
  Domain Start(const DomainSpec& spec = TestSpec()) {
    auto domain = Domain::Create(Connect(), spec);
    EXPECT_TRUE(domain) << domain.error().Message();
    return *std::move(domain);
  }
  FakeGuest& Guest() { return *libvirt_->Guests().back(); }

  std::shared_ptr<FakeLibvirt> libvirt_ = std::make_shared<FakeLibvirt>();
};

}  // namespace vfqual
