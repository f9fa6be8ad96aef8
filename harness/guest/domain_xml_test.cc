#include "harness/guest/domain_xml.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "harness/guest/domain_marker.h"

namespace vfqual {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

PfFacts Pf() {
  PfFacts pf;
  pf.address = {0, 0, 2, 0};
  pf.total_vfs = 7;
  pf.vf_offset = 1;
  pf.vf_stride = 1;
  return pf;
}

DomainSpec Spec() {
  DomainSpec spec;
  spec.name = "vfqual-r1-vf1";
  spec.run_id = "r1";
  spec.uuid = "6f1d2a1e-0000-4000-8000-000000000001";
  spec.root_disk = RootDisk{"/var/lib/vfqual/r1/vf1.qcow2", DiskFormat::kQcow2, false};
  spec.payload_disk = "/var/lib/vfqual/r1/payload.img";
  spec.direct_kernel = DirectKernel{"/img/vmlinuz", "/img/initrd", "root=/dev/vda ro console=ttyS0"};
  spec.vf = GuardVf(Pf(), 1).value();
  spec.console_log = "/var/lib/vfqual/r1/vf1.console";
  spec.agent_socket = "/run/vfqual/vf1.agent";
  return spec;
}

constexpr const char* kGolden = R"(<domain type="kvm">
  <name>vfqual-r1-vf1</name>
  <uuid>6f1d2a1e-0000-4000-8000-000000000001</uuid>
  <title>vfqual guest of run r1</title>
  <metadata>
    <vfqual:guest xmlns:vfqual="urn:vfqual:guest:1" run="r1" console="/var/lib/vfqual/r1/vf1.console" />
  </metadata>
  <memory unit="MiB">512</memory>
  <vcpu>1</vcpu>
  <os>
    <type arch="x86_64" machine="q35">hvm</type>
    <kernel>/img/vmlinuz</kernel>
    <initrd>/img/initrd</initrd>
    <cmdline>root=/dev/vda ro console=ttyS0</cmdline>
  </os>
  <features>
    <acpi />
    <apic />
  </features>
  <cpu mode="host-passthrough" check="none" />
  <clock offset="utc">
    <timer name="rtc" tickpolicy="catchup" />
    <timer name="pit" tickpolicy="delay" />
    <timer name="hpet" present="no" />
  </clock>
  <on_poweroff>destroy</on_poweroff>
  <on_reboot>restart</on_reboot>
  <on_crash>preserve</on_crash>
  <devices>
    <disk type="file" device="disk">
      <driver name="qemu" type="qcow2" cache="unsafe" discard="unmap" />
      <source file="/var/lib/vfqual/r1/vf1.qcow2" />
      <target dev="vda" bus="virtio" />
      <serial>vfqual-root</serial>
      <address type="pci" domain="0x0000" bus="0x00" slot="0x04" function="0x0" />
    </disk>
    <disk type="file" device="disk">
      <driver name="qemu" type="raw" />
      <source file="/var/lib/vfqual/r1/payload.img" />
      <target dev="vdb" bus="virtio" />
      <serial>vfqual-payload</serial>
      <readonly />
      <address type="pci" domain="0x0000" bus="0x00" slot="0x05" function="0x0" />
    </disk>
    <controller type="usb" model="none" />
    <serial type="pty">
      <log file="/var/lib/vfqual/r1/vf1.console" append="on" />
      <target port="0" />
    </serial>
    <controller type="virtio-serial" index="0" ports="2">
      <address type="pci" domain="0x0000" bus="0x00" slot="0x03" function="0x0" />
    </controller>
    <channel type="unix">
      <source mode="bind" path="/run/vfqual/vf1.agent" />
      <target type="virtio" name="org.qemu.guest_agent.0" />
    </channel>
    <hostdev mode="subsystem" type="pci" managed="yes">
      <driver name="vfio" />
      <source>
        <address domain="0x0000" bus="0x00" slot="0x02" function="0x1" />
      </source>
      <address type="pci" domain="0x0000" bus="0x00" slot="0x07" function="0x0" />
    </hostdev>
    <memballoon model="none" />
    <rng model="virtio">
      <backend model="random">/dev/urandom</backend>
      <address type="pci" domain="0x0000" bus="0x00" slot="0x06" function="0x0" />
    </rng>
    <panic model="isa" />
  </devices>
</domain>
)";

TEST(DomainXml, Golden) {
  EXPECT_EQ(DomainXml(Spec()).value(), kGolden);
}

TEST(DomainXml, EmulatedWithFirmwareAndOnlyADisk) {
  DomainSpec spec = Spec();
  spec.type = DomainType::kQemu;
  spec.firmware = Firmware::kUefi;
  spec.direct_kernel.reset();
  spec.root_disk->read_only = true;
  spec.root_disk->format = DiskFormat::kRaw;
  spec.on_reboot = OnReboot::kDestroy;
  spec.watchdog = true;
  spec.cpu_asked_in_short = true;
  spec.rng = false;
  spec.agent_socket.clear();
  const std::string xml = DomainXml(spec).value();
  EXPECT_THAT(xml, HasSubstr(R"(<os firmware="efi">)"));
  EXPECT_THAT(xml, HasSubstr(R"(<boot dev="hd" />)"));
  EXPECT_THAT(xml, HasSubstr(R"(<model fallback="forbid">Nehalem</model>)"));
  EXPECT_THAT(xml, HasSubstr("<on_reboot>destroy</on_reboot>"));
  EXPECT_THAT(xml, HasSubstr(R"(<watchdog model="i6300esb" action="pause">)"));
  EXPECT_THAT(xml, HasSubstr(R"(<domain type="qemu" xmlns:qemu="http://libvirt.org/schemas/domain/qemu/1.0">)"));
  EXPECT_THAT(xml, HasSubstr(R"(<qemu:del capability="cpu-unavailable-features" />)"));
  EXPECT_THAT(xml, Not(HasSubstr("cache=\"unsafe\"")));
  EXPECT_THAT(xml, Not(HasSubstr("<kernel>")));
  EXPECT_THAT(xml, Not(HasSubstr("<rng")));
  EXPECT_THAT(xml, Not(HasSubstr("mode=\"bind\"")));
}

TEST(DomainXml, HostileTextIsEscaped) {
  DomainSpec spec = Spec();
  spec.run_id = R"(r"1'></metadata>&<x a=")";
  spec.console_log = "/tmp/<&\">.log";
  spec.direct_kernel->cmdline = "a=]]></cmdline><os/>&amp;";
  const std::string xml = DomainXml(spec).value();
  const auto facts = ReadDomainFacts(xml);
  ASSERT_TRUE(facts.marker);
  EXPECT_EQ(facts.marker->run_id, spec.run_id);
  EXPECT_EQ(facts.marker->console_log, spec.console_log);
  EXPECT_THAT(facts.pci_devices, ElementsAre("0000:00:02.1"));
  EXPECT_THAT(xml, HasSubstr("<cmdline>a=]]&gt;&lt;/cmdline&gt;&lt;os/&gt;&amp;amp;</cmdline>"));
}

TEST(DomainXml, AFunctionZeroIsRefusedEvenBehindTheGuard) {
  PfFacts pf = Pf();
  pf.vf_offset = 8;  // a device whose first VF lies in the next slot
  DomainSpec spec = Spec();
  spec.vf = GuardVf(pf, 1).value();
  ASSERT_EQ(spec.vf->Bdf(), "0000:00:03.0");
  const auto xml = DomainXml(spec);
  ASSERT_FALSE(xml);
  EXPECT_EQ(xml.error().blame, Blame::kInput);
  EXPECT_THAT(xml.error().Message(), HasSubstr("0000:00:03.0"));
}

struct BadSpec {
  const char* field;
  void (*spoil)(DomainSpec&);
};

class RefusedSpec : public testing::TestWithParam<BadSpec> {};

TEST_P(RefusedSpec, NamesTheField) {
  DomainSpec spec = Spec();
  GetParam().spoil(spec);
  const auto xml = DomainXml(spec);
  ASSERT_FALSE(xml);
  EXPECT_EQ(xml.error().blame, Blame::kInput);
  EXPECT_THAT(xml.error().Message(), HasSubstr(GetParam().field));
}

INSTANTIATE_TEST_SUITE_P(DomainXml, RefusedSpec,
                         testing::Values(BadSpec{"name", [](DomainSpec& s) { s.name = ""; }},
                                         BadSpec{"name", [](DomainSpec& s) { s.name = "a/../b"; }},
                                         BadSpec{"run_id", [](DomainSpec& s) { s.run_id = ""; }},
                                         BadSpec{"run_id", [](DomainSpec& s) { s.run_id = "a\x01"; }},
                                         BadSpec{"uuid", [](DomainSpec& s) { s.uuid = "no-uuid"; }},
                                         BadSpec{"vcpus", [](DomainSpec& s) { s.vcpus = 0; }},
                                         BadSpec{"memory_mib", [](DomainSpec& s) { s.memory_mib = 1; }},
                                         BadSpec{"emulated_cpu", [](DomainSpec& s) { s.emulated_cpu = "a\nb"; }},
                                         BadSpec{"nothing to boot",
                                                 [](DomainSpec& s) {
                                                   s.root_disk.reset();
                                                   s.direct_kernel.reset();
                                                 }},
                                         BadSpec{"root_disk", [](DomainSpec& s) { s.root_disk->path = "disk.qcow2"; }},
                                         BadSpec{"payload_disk", [](DomainSpec& s) { s.payload_disk = ""; }},
                                         BadSpec{"kernel", [](DomainSpec& s) { s.direct_kernel->kernel = "vmlinuz"; }},
                                         BadSpec{"initrd", [](DomainSpec& s) { s.direct_kernel->initrd = "x"; }},
                                         BadSpec{"cmdline", [](DomainSpec& s) { s.direct_kernel->cmdline = "a\nb"; }},
                                         BadSpec{"agent_socket", [](DomainSpec& s) { s.agent_socket = "sock"; }},
                                         BadSpec{"console_log", [](DomainSpec& s) { s.console_log = "log"; }}));

}  // namespace
}  // namespace vfqual
