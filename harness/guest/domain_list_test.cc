#include "harness/guest/domain_list.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <libvirt/libvirt.h>

#include "harness/guest/test_domain.h"

namespace vfqual {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

constexpr const char* kForeign = "<domain><name>db</name></domain>";

std::string Ours(const std::string& run) {
  return "<domain><metadata><vfqual:guest xmlns:vfqual='urn:vfqual:guest:1' run='" + run + "'/></metadata></domain>";
}

class DomainListTest : public FakeDaemonTest {
 protected:
  void SetUp() override {
    libvirt_->Add("db", "u0", kForeign);
    libvirt_->Add("vf1", "u1", Ours("r1"));
    libvirt_->Add("vf2", "u2", Ours("r2"));
  }
  bool Exists(std::size_t index) { return libvirt_->Guests().at(index)->exists; }
};

TEST_F(DomainListTest, ListsAllAndMarksOurs) {
  libvirt_->Guests().at(2)->state = {VIR_DOMAIN_CRASHED, VIR_DOMAIN_CRASHED_PANICKED};
  const auto domains = ListDomains(*Connect()).value();
  ASSERT_EQ(domains.size(), 3U);
  EXPECT_FALSE(domains[0].IsOurs());
  EXPECT_EQ(domains[1].facts.marker->run_id, "r1");
  EXPECT_EQ(domains[2].state.Describe(), "crashed (panicked)");
}

TEST_F(DomainListTest, DestroysOnlyOurs) {
  auto connection = Connect();
  EXPECT_TRUE(DestroyOurDomain(*connection, "vf1"));
  EXPECT_FALSE(Exists(1));
  const auto foreign = DestroyOurDomain(*connection, "db");
  ASSERT_FALSE(foreign);
  EXPECT_EQ(foreign.error().blame, Blame::kInput);
  EXPECT_THAT(foreign.error().Message(), HasSubstr("not vfqual's"));
  EXPECT_FALSE(DestroyOurDomainByUuid(*connection, "u0"));
  EXPECT_TRUE(Exists(0));
  EXPECT_EQ(DestroyOurDomain(*connection, "none").error().blame, Blame::kInput);
}

TEST_F(DomainListTest, AnUndoIsContentWhenTheDomainIsGone) {
  auto connection = Connect();
  EXPECT_TRUE(DestroyOurDomainByUuid(*connection, "u2"));
  EXPECT_FALSE(Exists(2));
  EXPECT_TRUE(DestroyOurDomainByUuid(*connection, "u2"));
}

TEST_F(DomainListTest, DestroysARunOrAll) {
  auto connection = Connect();
  EXPECT_THAT(DestroyOurDomains(*connection, "r2").value(), ElementsAre("vf2"));
  EXPECT_TRUE(Exists(1));
  EXPECT_THAT(DestroyOurDomains(*connection, "").value(), ElementsAre("vf1"));
  EXPECT_TRUE(Exists(0));
}

TEST_F(DomainListTest, ALostConnectionIsAnError) {
  auto connection = Connect();
  libvirt_->LoseConnections();
  EXPECT_THAT(ListDomains(*connection).error().Message(), HasSubstr("was lost"));
  EXPECT_FALSE(DestroyOurDomains(*connection, ""));
}

}  // namespace
}  // namespace vfqual
