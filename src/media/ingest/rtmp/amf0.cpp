#include "media/ingest/rtmp/amf0.hpp"

#include "base/byte_reader.hpp"

#include <algorithm>
#include <cstdint>

namespace directfanz::amf0 {
namespace {

/// Type markers, AMF0 2.1.
enum Marker : std::uint8_t {
    marker_number = 0x00,
    marker_boolean = 0x01,
    marker_string = 0x02,
    marker_object = 0x03,
    marker_movie_clip = 0x04,
    marker_null = 0x05,
    marker_undefined = 0x06,
    marker_reference = 0x07,
    marker_ecma_array = 0x08,
    marker_object_end = 0x09,
    marker_strict_array = 0x0A,
    marker_date = 0x0B,
    marker_long_string = 0x0C,
    marker_unsupported = 0x0D,
    marker_record_set = 0x0E,
    marker_xml_document = 0x0F,
    marker_typed_object = 0x10,
    marker_avm_plus = 0x11,
};

/// Of AMF3, 3.1: those that a value inside an AMF0 message can have without tables of references.
enum Marker3 : std::uint8_t {
    marker3_undefined = 0x00,
    marker3_null = 0x01,
    marker3_false = 0x02,
    marker3_true = 0x03,
    marker3_integer = 0x04,
    marker3_double = 0x05,
    marker3_string = 0x06,
};

class Reader {
  public:
    explicit Reader(ByteView bytes) : bytes_(bytes) {}

    bool more() const { return !stopped_ && !bytes_.at_end(); }
    bool stopped() const { return stopped_; }
    bool too_large() const { return too_large_; }

    Value read(int depth) {
        if (depth > kMaxDepth || ++count_ > kMaxValues) {
            too_large_ = true;
            return stop();
        }
        auto const marker = bytes_.u8();
        if (!bytes_.ok()) return stop();
        switch (marker) {
            case marker_number:
                return checked(bytes_.f64());
            case marker_boolean:
                return checked(bytes_.u8() != 0);
            case marker_string:
                return checked(std::string(bytes_.text(bytes_.u16())));
            case marker_long_string:
            case marker_xml_document:
                return checked(std::string(bytes_.text(bytes_.u32())));
            case marker_null:
                return Value(Null{});
            case marker_undefined:
            case marker_movie_clip:
            case marker_unsupported:
            case marker_record_set:
                return Value();
            case marker_reference:
                bytes_.u16();
                return checked(Undefined{});
            case marker_date: {
                auto const date = bytes_.f64();
                bytes_.u16();  // A time zone that clause 2.13 reserves.
                return checked(date);
            }
            case marker_typed_object:
                bytes_.text(bytes_.u16());
                return read_object(depth);
            case marker_ecma_array:
                // A count that publishers get wrong; the end marker counts.
                bytes_.u32();
                return read_object(depth);
            case marker_object:
                return read_object(depth);
            case marker_strict_array:
                return read_array(depth);
            case marker_avm_plus:
                return read_amf3();
            default:
                return stop();
        }
    }

  private:
    Value stop() {
        stopped_ = true;
        return Value();
    }

    template <typename T>
    Value checked(T value) {
        if (!bytes_.ok()) return stop();
        return Value(std::move(value));
    }

    Value read_object(int depth) {
        Object object;
        while (more()) {
            auto const name = bytes_.text(bytes_.u16());
            if (!bytes_.ok()) {
                stop();
                break;
            }
            if (name.empty() && at_object_end()) break;
            auto value = read(depth + 1);
            if (stopped_ && value.is_undefined()) break;
            object.emplace_back(std::string(name), std::move(value));
        }
        return Value(std::move(object));
    }

    bool at_object_end() {
        auto ahead = bytes_;
        if (ahead.u8() != marker_object_end || !ahead.ok()) return false;
        bytes_ = ahead;
        return true;
    }

    Value read_array(int depth) {
        Array array;
        auto const count = bytes_.u32();
        for (std::uint32_t i = 0; i < count && more(); ++i) {
            auto value = read(depth + 1);
            if (stopped_ && value.is_undefined()) break;
            array.push_back(std::move(value));
        }
        if (array.size() < count) stop();
        return Value(std::move(array));
    }

    /// AMF3 1.3.1: up to three groups of seven bits, then one of eight.
    std::uint32_t read_u29() {
        std::uint32_t value = 0;
        for (int i = 0; i < 3; ++i) {
            auto const byte = bytes_.u8();
            value = value << 7 | (byte & 0x7FU);
            if ((byte & 0x80U) == 0) return value;
        }
        return value << 8 | bytes_.u8();
    }

    Value read_amf3() {
        switch (bytes_.u8()) {
            case marker3_undefined:
                return checked(Undefined{});
            case marker3_null:
                return checked(Null{});
            case marker3_false:
                return checked(false);
            case marker3_true:
                return checked(true);
            case marker3_integer: {
                auto const raw = read_u29();
                auto const negative = (raw & 0x10000000U) != 0;
                auto const value = static_cast<std::int32_t>(raw) - (negative ? 0x20000000 : 0);
                return checked(static_cast<double>(value));
            }
            case marker3_double:
                return checked(bytes_.f64());
            case marker3_string: {
                auto const head = read_u29();
                // The last bit tells text from a reference to earlier text.
                if ((head & 1U) == 0) return checked(std::string());
                return checked(std::string(bytes_.text(head >> 1)));
            }
            default:
                return stop();
        }
    }

    ByteReader bytes_;
    std::size_t count_ = 0;
    bool stopped_ = false;
    bool too_large_ = false;
};

Value const kUndefined;

}  // namespace

Value::Value(Object value) : content_(std::move(value)) {}

Value::Value(Array value) : content_(std::move(value)) {}

std::string_view Value::text(std::string_view otherwise) const {
    auto const text = std::get_if<std::string>(&content_);
    return text != nullptr ? std::string_view(*text) : otherwise;
}

double Value::number(double otherwise) const {
    auto const number = std::get_if<double>(&content_);
    return number != nullptr ? *number : otherwise;
}

Value const& Value::operator[](std::string_view name) const {
    if (auto const members = object()) {
        auto const found = std::ranges::find(*members, name, &Object::value_type::first);
        if (found != members->end()) return found->second;
    }
    return kUndefined;
}

Result<std::vector<Value>> read_all(ByteView bytes) {
    std::vector<Value> values;
    Reader reader(bytes);
    while (reader.more()) {
        auto value = reader.read(0);
        if (reader.too_large()) {
            return fail(ErrorKind::too_large, "amf0",
                        "a command with more values, or nested deeper, than any publisher sends");
        }
        if (reader.stopped() && value.is_undefined()) break;
        values.push_back(std::move(value));
    }
    return values;
}

Writer& Writer::number(double value) {
    out_.u8(marker_number);
    out_.f64(value);
    return *this;
}

Writer& Writer::boolean(bool value) {
    out_.u8(marker_boolean);
    out_.u8(value ? 1 : 0);
    return *this;
}

Writer& Writer::string(std::string_view value) {
    if (value.size() > 0xFFFF) {
        out_.u8(marker_long_string);
        out_.u32(static_cast<std::uint32_t>(value.size()));
    } else {
        out_.u8(marker_string);
        out_.u16(static_cast<std::uint16_t>(value.size()));
    }
    out_.text(value);
    return *this;
}

Writer& Writer::null() {
    out_.u8(marker_null);
    return *this;
}

Writer& Writer::undefined() {
    out_.u8(marker_undefined);
    return *this;
}

Writer& Writer::begin_object() {
    out_.u8(marker_object);
    return *this;
}

Writer& Writer::name(std::string_view name) {
    out_.u16(static_cast<std::uint16_t>(name.size()));
    out_.text(name);
    return *this;
}

Writer& Writer::end_object() {
    out_.u16(0);
    out_.u8(marker_object_end);
    return *this;
}

Writer& Writer::strings(std::initializer_list<std::string_view> values) {
    out_.u8(marker_strict_array);
    out_.u32(static_cast<std::uint32_t>(values.size()));
    for (auto const value : values) string(value);
    return *this;
}

}  // namespace directfanz::amf0
