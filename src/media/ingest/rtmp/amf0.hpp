#pragma once

#include "base/byte_writer.hpp"
#include "base/result.hpp"

#include <cstddef>
#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

/// Action Message Format 0 (Adobe, 2007): the values that RTMP commands are made of.
namespace directfanz::amf0 {

/// How deep objects and arrays may stand in one another.
inline constexpr int kMaxDepth = 16;
/// Values in one message, members and elements included. A connect of OBS has about 30.
inline constexpr std::size_t kMaxValues = 1024;

class Value;

struct Undefined {
    bool operator==(Undefined const&) const = default;
};
struct Null {
    bool operator==(Null const&) const = default;
};
/// Objects, typed objects and ECMA arrays: names and values in order.
using Object = std::vector<std::pair<std::string, Value>>;
/// Strict arrays.
using Array = std::vector<Value>;

/// One value. Dates are numbers (milliseconds since 1970), XML documents strings, and what has no
/// meaning here (references, movie clips, AMF3 objects) is Undefined.
class Value {
  public:
    Value() = default;
    explicit Value(Undefined) {}
    explicit Value(Null value) : content_(value) {}
    explicit Value(double value) : content_(value) {}
    explicit Value(bool value) : content_(value) {}
    explicit Value(std::string value) : content_(std::move(value)) {}
    explicit Value(Object value);
    explicit Value(Array value);

    /// The text, the number, or the given value if it is no such thing.
    std::string_view text(std::string_view otherwise = {}) const;
    double number(double otherwise = 0) const;
    Object const* object() const { return std::get_if<Object>(&content_); }
    Array const* array() const { return std::get_if<Array>(&content_); }
    bool is_null() const { return std::holds_alternative<Null>(content_); }
    bool is_undefined() const { return std::holds_alternative<Undefined>(content_); }

    /// The member of an object; Undefined if it is none or has no such member.
    Value const& operator[](std::string_view name) const;

    bool operator==(Value const&) const = default;

  private:
    std::variant<Undefined, Null, double, bool, std::string, Object, Array> content_;
};

/// The values of a message, one after the other. Reading ends, without an error, where the message
/// is cut short or a type is unknown: what came before counts, as does the part of an object that
/// could be read. Error: too_large beyond kMaxDepth or kMaxValues.
Result<std::vector<Value>> read_all(ByteView bytes);

/// Appends values to a message.
class Writer {
  public:
    Writer& number(double value);
    Writer& boolean(bool value);
    /// A long string if it has more than 65,535 bytes.
    Writer& string(std::string_view value);
    Writer& null();
    Writer& undefined();

    /// An object: begin, then name() and a value for each member, then end.
    Writer& begin_object();
    Writer& name(std::string_view name);
    Writer& end_object();

    /// An array of strings.
    Writer& strings(std::initializer_list<std::string_view> values);

    ByteView view() const { return out_.view(); }

  private:
    ByteWriter out_;
};

}  // namespace directfanz::amf0
