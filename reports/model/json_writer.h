// JSON straight into text: a report of 10,000 cells as a document in memory takes many times its text, and as long.
#pragma once

#include <rapidjson/prettywriter.h>
#include <rapidjson/writer.h>

#include <array>
#include <cmath>
#include <concepts>
#include <optional>
#include <string>
#include <string_view>

#include "reports/model/text.h"

namespace vfqual::reports {

// RapidJSON's output stream concept. It writes a character at a time, which a string takes slowly, and flushes when the
// outermost value ends.
class JsonSink {
 public:
  using Ch = char;
  explicit JsonSink(std::string& text) : text_(text) {}

  void Put(char c) {
    if (used_ == block_.size()) Flush();
    block_[used_++] = c;
  }
  void Flush() {
    text_.append(block_.data(), used_);
    used_ = 0;
  }

 private:
  std::string& text_;
  std::size_t used_ = 0;
  std::array<char, 2048> block_;  // as far as used_
};

// Encoder: RapidJSON's Writer or PrettyWriter on a JsonSink. Text that is not valid UTF-8 is mended.
template <class Encoder>
class BasicJsonWriter {
 public:
  // `out` is added to, and complete when the outermost value is; it must outlive this.
  explicit BasicJsonWriter(std::string& out) : sink_(out), encoder_(sink_) {}

  void Value(std::string_view text) {
    if (!IsValidUtf8(text)) return Value(ValidUtf8(text));
    encoder_.String(text.data(), Length(text));
  }
  void Value(const std::string& text) { Value(std::string_view(text)); }
  void Value(const char* text) { Value(std::string_view(text)); }
  void Value(bool flag) { encoder_.Bool(flag); }
  template <std::integral Number>
  void Value(Number number) {
    if constexpr (std::signed_integral<Number>) {
      encoder_.Int64(number);
    } else {
      encoder_.Uint64(number);
    }
  }
  // JSON has no infinity.
  void Value(double number) { std::isfinite(number) ? encoder_.Double(number) : encoder_.Null(); }
  template <class T>
  void Value(const std::optional<T>& value) {
    value ? Value(*value) : Null();
  }
  void Null() { encoder_.Null(); }

  void Key(std::string_view key) { encoder_.Key(key.data(), Length(key)); }
  template <class T>
  void Member(std::string_view key, const T& value) {
    Key(key);
    Value(value);
  }
  // What is JSON already.
  void RawMember(std::string_view key, std::string_view json) {
    Key(key);
    encoder_.RawValue(json.data(), json.size(), rapidjson::kObjectType);
  }

  // `fill` writes the members.
  template <class Fill>
  void Object(const Fill& fill) {
    encoder_.StartObject();
    fill();
    encoder_.EndObject();
  }
  template <class Fill>
  void Object(std::string_view key, const Fill& fill) {
    Key(key);
    Object(fill);
  }
  // `write` writes one item.
  template <class Items, class Write>
  void Array(std::string_view key, const Items& items, const Write& write) {
    Key(key);
    encoder_.StartArray();
    for (const auto& item : items) write(item);
    encoder_.EndArray();
  }
  template <class Items>
  void Values(std::string_view key, const Items& items) {
    Array(key, items, [this](const auto& item) { this->Value(item); });
  }

  Encoder& encoder() { return encoder_; }

 private:
  static rapidjson::SizeType Length(std::string_view text) { return static_cast<rapidjson::SizeType>(text.size()); }

  JsonSink sink_;
  Encoder encoder_;
};

// All on one line, and with two spaces for each level.
using JsonLineWriter = BasicJsonWriter<rapidjson::Writer<JsonSink>>;
using JsonPageWriter = BasicJsonWriter<rapidjson::PrettyWriter<JsonSink>>;

}  // namespace vfqual::reports
