#pragma once

#include "base/bytes.hpp"
#include "media/container/mp4/fourcc.hpp"

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace directfanz::mp4 {

/// Entries of all tables of one file or segment together: a table's rows may take no bytes at all,
/// so its length alone is no bound. 18 minutes of video at 60 frames per second.
inline constexpr std::size_t kMaxEntries = 65'536;

/// What passes over a box's fields, in the order of its definition: a reader that fills them, a
/// meter that adds up their sizes, a writer that puts them down. Each box describes itself once:
///
///     struct TrackFragmentDecodeTimeBox {
///         static constexpr FourCc kType = fourcc("tfdt");
///         std::uint8_t version = 1;
///         std::uint32_t flags = 0;
///         std::uint64_t base_media_decode_time = 0;
///         void fields(BoxIo& io) {
///             io.full_box(version, flags, {.newest_version = 1});
///             io.number(base_media_decode_time, version == 0 ? 4 : 8);
///         }
///     };
///
/// so that reading and writing cannot disagree. Failure is sticky; after it, fields stay as they
/// are.
class BoxIo {
  public:
    struct FullBox {
        std::uint8_t newest_version = 0;
        /// Those that the box's definition gives a meaning.
        std::uint32_t known_flags = 0;
    };

    virtual ~BoxIo() = default;

    /// A big-endian number of `bytes` bytes.
    template <std::integral T>
    void number(T& value, unsigned bytes = sizeof(T)) {
        auto raw = static_cast<std::uint64_t>(value);
        integer(raw, bytes);
        if constexpr (std::signed_integral<T>) {
            unsigned const unused = 64 - 8 * bytes;
            value = static_cast<T>(static_cast<std::int64_t>(raw << unused) >> unused);
        } else {
            value = static_cast<T>(raw);
        }
    }

    void number(FourCc& value) {
        auto raw = static_cast<std::uint32_t>(value);
        number(raw);
        value = FourCc{raw};
    }

    /// Written as told, ignored when read: what the standard fixes or other fields tell.
    void constant(std::uint64_t value, unsigned bytes) { integer(value, bytes); }
    void reserved(unsigned bytes) {
        for (unsigned i = 0; i < bytes; ++i) constant(0, 1);
    }

    /// FullBox: version and flags (ISO/IEC 14496-12, 4.2). A newer version than known is a failure.
    virtual void full_box(std::uint8_t& version, std::uint32_t& flags, FullBox known) = 0;

    /// Text that a zero byte, or the end of the box, ends.
    virtual void text(std::string& value) = 0;

    /// All bytes up to the box's end.
    virtual void rest(Bytes& value) = 0;
    /// The same without a copy: a reader's view stays valid with its input; pieces are written one
    /// after another.
    virtual void rest(std::vector<ByteView>& pieces) = 0;

    /// A number of `bytes` bytes that counts `items`, which come later and take at least
    /// `least_size` bytes each.
    template <typename T>
    void count_ahead(std::vector<T>& items, unsigned bytes, std::size_t least_size) {
        items.resize(count(items.size(), bytes, least_size));
    }

    /// A number of `bytes` bytes that counts `items`, then each of them. An item takes at least
    /// `least_size` bytes.
    template <typename T, typename Each>
    void table(std::vector<T>& items, unsigned bytes, std::size_t least_size, Each each) {
        count_ahead(items, bytes, least_size);
        for (auto& item : items) {
            if (!ok()) return;
            each(item);
        }
    }

    /// Items up to the box's end.
    template <typename T, typename Each>
    void items_to_end(std::vector<T>& items, Each each) {
        std::size_t index = 0;
        for (; index < kMaxEntries && another(index < items.size()); ++index) {
            if (index == items.size()) items.emplace_back();
            each(items[index]);
        }
        items.resize(index);
    }

    /// A child box that must be there.
    template <typename Box>
    void child(Box& box) {
        if (!enter(Box::kType, Presence::required)) return;
        box.fields(*this);
        leave();
    }

    /// A child box that may be there.
    template <typename Box>
    void child(std::optional<Box>& box) {
        if (enter(Box::kType, box ? Presence::here : Presence::not_here)) {
            if (!box) box.emplace();
            box->fields(*this);
            leave();
        } else {
            box.reset();
        }
    }

    /// All child boxes of a type.
    template <typename Box>
    void children(std::vector<Box>& boxes) {
        std::size_t index = 0;
        while (enter(Box::kType, index < boxes.size() ? Presence::here : Presence::not_here)) {
            if (index == boxes.size()) boxes.emplace_back();
            boxes[index].fields(*this);
            leave();
            ++index;
        }
        boxes.resize(index);
    }

    /// A descriptor of ISO/IEC 14496-1, 8.3.3: a tag, an expandable length, `body`.
    template <typename Body>
    void descriptor(std::uint8_t tag, Body body) {
        if (!enter_descriptor(tag)) return;
        body();
        leave();
    }

    virtual bool ok() const = 0;

  protected:
    enum class Presence {
        required,
        here,      ///< there is one to write
        not_here,  ///< there is none to write
    };

    virtual void integer(std::uint64_t& value, unsigned bytes) = 0;
    virtual std::size_t count(std::size_t items, unsigned bytes, std::size_t least_size) = 0;
    /// Whether another item stands before the end, or is to be written.
    virtual bool another(bool here) = 0;
    /// Begins a child box; false if there is none. Readers find children in any order and pass over
    /// unknown ones.
    virtual bool enter(FourCc type, Presence presence) = 0;
    virtual bool enter_descriptor(std::uint8_t tag) = 0;
    virtual void leave() = 0;
};

}  // namespace directfanz::mp4
