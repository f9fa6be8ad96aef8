#include "vmimages/image_definition.h"

#include <gmock/gmock.h>

#include <exception>
#include <fstream>
#include <nlohmann/json.hpp>
#include <string>
// valijson needs its adapter first.
#include <valijson/adapters/nlohmann_json_adapter.hpp>
#include <valijson/schema.hpp>
#include <valijson/schema_parser.hpp>
#include <valijson/validation_results.hpp>
#include <valijson/validator.hpp>

namespace vfqual {
namespace {

using nlohmann::json;
using testing::HasSubstr;
using testing::Not;

const std::filesystem::path kVmimages = std::filesystem::path(VFQUAL_SOURCE_DIR) / "vmimages";

json Minimal() {
  return json{{"schema", "vfqual/image/1"},
              {"name", "lean"},
              {"role", "guest"},
              {"distribution", "debian 13"},
              {"suites", {"trixie"}},
              {"kernels", {{"6.12", {{"package", "linux-image-amd64"}, {"suite", "trixie"}}}}},
              {"packages", {"systemd", "qemu-guest-agent"}},
              {"size_mib", 1024},
              {"memory_mib", 512},
              {"command_line", {"root=/dev/vda", "console=ttyS0"}}};
}

// The message of the schema's first complaint, "" when the value fits.
std::string SchemaComplaint(const json& value) {
  std::ifstream file(kVmimages / "definitions/image.schema.json");
  const auto text = json::parse(file);
  valijson::Schema schema;
  valijson::SchemaParser(valijson::SchemaParser::kDraft7)
      .populateSchema(valijson::adapters::NlohmannJsonAdapter(text), schema);
  valijson::ValidationResults results;
  valijson::Validator().validate(schema, valijson::adapters::NlohmannJsonAdapter(value), &results);
  valijson::ValidationResults::Error error;
  return results.popError(error) ? error.description : "";
}

TEST(ImageDefinition, KnowsEachRoleByTheWordOfTheSchema) {
  for (const auto role : {ImageRole::kLabHost, ImageRole::kBootHost, ImageRole::kGuest}) {
    auto value = Minimal();
    value["role"] = Word(role);
    const auto definition = ParseDefinition(value.dump(), "lean.json");
    ASSERT_TRUE(definition.has_value()) << Word(role);
    EXPECT_EQ(definition->role, role);
    EXPECT_EQ(SchemaComplaint(value), "");
  }
}

TEST(ImageDefinition, ReadsTheMinimumWithDefaults) {
  const auto definition = ParseDefinition(Minimal().dump(), "lean.json");
  ASSERT_TRUE(definition.has_value()) << definition.error().Message();
  EXPECT_EQ(definition->role, ImageRole::kGuest);
  EXPECT_THAT(definition->components, testing::ElementsAre("main"));
  EXPECT_EQ(definition->kernels.at("6.12").package, "linux-image-amd64");
  EXPECT_THAT(definition->initramfs_modules, testing::Contains("virtio_blk"));
  EXPECT_EQ(SchemaComplaint(Minimal()), "");
}

struct Wrong {
  const char* pointer;  // where the value is put
  json value;
  const char* place;  // what the message must name
};

class WrongDefinition : public testing::TestWithParam<Wrong> {};

// The loader and the schema refuse the same things.
TEST_P(WrongDefinition, IsRefusedWithItsPlace) {
  auto value = Minimal();
  value[json::json_pointer(GetParam().pointer)] = GetParam().value;
  const auto definition = ParseDefinition(value.dump(), "lean.json");
  ASSERT_FALSE(definition.has_value());
  EXPECT_EQ(definition.error().blame, Blame::kInput);
  EXPECT_THAT(definition.error().Message(), HasSubstr(std::string("lean.json: ") + GetParam().place));
  EXPECT_NE(SchemaComplaint(value), "");
}

INSTANTIATE_TEST_SUITE_P(
    All, WrongDefinition,
    testing::Values(Wrong{"/schema", "vfqual/image/2", "/schema"}, Wrong{"/name", "../etc", "/name"},
                    Wrong{"/role", "server", "/role"}, Wrong{"/suites", json::array(), "/suites"},
                    Wrong{"/suites/0", "trixie main", "/suites/0"}, Wrong{"/kernels", json::object(), "/kernels"},
                    Wrong{"/kernels/6.12/version", "6.12", "/kernels/6.12/version"},
                    Wrong{"/kernels/6.12/package", "--help", "/kernels/6.12/package"},
                    Wrong{"/packages/1", "a,b", "/packages/1"}, Wrong{"/packages", "systemd", "/packages"},
                    Wrong{"/exclude", {"/usr/share/my doc/*"}, "/exclude/0"},
                    Wrong{"/overlays", {"../.."}, "/overlays/0"},
                    Wrong{"/customise", {{{"argv", {"true"}}, {"hook", "x"}}}, "/customise/0"},
                    Wrong{"/customise", {{{"hook", "../x"}}}, "/customise/0/hook"}, Wrong{"/size_mib", 1, "/size_mib"},
                    Wrong{"/memory_mib", "512", "/memory_mib"},
                    Wrong{"/command_line/0", "root=/dev/vda rw", "/command_line/0"},
                    Wrong{"/colour", "red", "/colour"}));

TEST(ImageDefinition, MalformedJsonNamesTheLine) {
  const auto definition = ParseDefinition("{\n\"schema\": }", "lean.json");
  ASSERT_FALSE(definition.has_value());
  EXPECT_THAT(definition.error().Message(), HasSubstr("line 2"));
}

TEST(ImageDefinition, EveryShippedDefinitionLoadsAndFitsTheSchema) {
  const auto names = ListDefinitions(kVmimages);
  ASSERT_TRUE(names.has_value());
  ASSERT_THAT(*names, testing::Contains("lab-host-6.12"));
  EXPECT_THAT(*names, Not(testing::Contains("image.schema")));
  for (const auto& name : *names) {
    SCOPED_TRACE(name);
    const auto definition = LoadDefinition(kVmimages, name);
    ASSERT_TRUE(definition.has_value()) << definition.error().Message();
    EXPECT_EQ(SchemaComplaint(json::parse(definition->text)), "");
  }
}

TEST(ImageDefinition, UnknownNameListsTheKnownOnes) {
  const auto definition = LoadDefinition(kVmimages, "debian-99");
  ASSERT_FALSE(definition.has_value());
  EXPECT_THAT(definition.error().fix, HasSubstr("lab-host-6.12"));
}

// Without it a stall of the emulator while a host boots makes its kernel give up the TSC for acpi_pm, whose 24 bits
// wrap after 4.7 s; the next stall stops the host's time for ever (harness/lab/standstill.h).
TEST(Definitions, EmulatedHostsKeepTheTsc) {
  const auto names = ListDefinitions(kVmimages);
  ASSERT_TRUE(names);
  int hosts = 0;
  for (const auto& name : *names) {
    const auto definition = LoadDefinition(kVmimages, name);
    ASSERT_TRUE(definition) << name;
    if (definition->role == ImageRole::kGuest) continue;
    ++hosts;
    EXPECT_THAT(definition->command_line_emulated, testing::Contains("tsc=reliable")) << name;
  }
  EXPECT_GE(hosts, 3);
}

}  // namespace
}  // namespace vfqual
