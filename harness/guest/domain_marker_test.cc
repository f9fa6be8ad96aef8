#include "harness/guest/domain_marker.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace vfqual {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

// As `virsh dumpxml` prints a running domain, shortened.
constexpr const char* kLive = R"(<domain type='kvm' id='3'>
  <name>vf1</name>
  <metadata>
    <other:thing xmlns:other="http://example.org/1">x</other:thing>
    <vfqual:guest xmlns:vfqual="urn:vfqual:guest:1" run="r7" console="/c.log"/>
  </metadata>
  <devices>
    <channel type='unix'>
      <target type='virtio' name='org.qemu.guest_agent.0' state='connected'/>
    </channel>
    <hostdev mode='subsystem' type='pci' managed='yes'>
      <source><address domain='0x0000' bus='0x00' slot='0x02' function='0x3'/></source>
      <address type='pci' domain='0x0000' bus='0x05' slot='0x00' function='0x0'/>
    </hostdev>
    <hostdev mode='subsystem' type='usb'><source><address bus='1' device='2'/></source></hostdev>
  </devices>
</domain>)";

TEST(DomainFacts, OfALiveDomain) {
  const auto facts = ReadDomainFacts(kLive);
  ASSERT_TRUE(facts.marker);
  EXPECT_EQ(facts.marker->run_id, "r7");
  EXPECT_EQ(facts.marker->console_log, "/c.log");
  EXPECT_THAT(facts.pci_devices, ElementsAre("0000:00:02.3"));
  EXPECT_TRUE(facts.agent_connected);
}

TEST(DomainFacts, APrefixAloneIsNoMark) {
  EXPECT_FALSE(ReadDomainFacts("<domain><metadata><vfqual:guest run='x'/></metadata></domain>").marker);
  EXPECT_FALSE(
      ReadDomainFacts("<domain><metadata><vfqual:guest xmlns:vfqual='urn:other' run='x'/></metadata></domain>").marker);
  EXPECT_FALSE(ReadDomainFacts("<domain><metadata><guest xmlns='urn:vfqual:guest:1'/></metadata></domain>").marker);
  EXPECT_TRUE(ReadDomainFacts("<domain><metadata><a:guest xmlns:a='urn:vfqual:guest:1'/></metadata></domain>").marker);
}

TEST(DomainFacts, RubbishGivesNothing) {
  for (const char* xml : {"", "<domain", "no xml", "<x/>"}) {
    const auto facts = ReadDomainFacts(xml);
    EXPECT_FALSE(facts.marker);
    EXPECT_THAT(facts.pci_devices, IsEmpty());
    EXPECT_FALSE(facts.agent_connected);
  }
  EXPECT_THAT(ReadDomainFacts("<domain><devices><hostdev type='pci'><source>"
                              "<address domain='0x0' bus='0x100' slot='0x2' function='0x1'/></source></hostdev>"
                              "</devices></domain>")
                  .pci_devices,
              IsEmpty());
}

}  // namespace
}  // namespace vfqual
