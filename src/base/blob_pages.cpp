#include "base/blob_pages.hpp"

#include <algorithm>
#include <atomic>
#include <cstdint>
#include <span>
#include <utility>

#include <sys/mman.h>
#include <unistd.h>

namespace directfanz {
namespace {

std::atomic<std::size_t> in_use{0};

}  // namespace

class BlobPages::Mapping {
  public:
    explicit Mapping(std::size_t size)
        : begin_(::mmap(nullptr, size, PROT_READ | PROT_WRITE,
                        MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0)),
          size_(size) {
        ++in_use;
        // Else the first byte of a run could take two megabytes.
        if (ok()) ::madvise(begin_, size_, MADV_NOHUGEPAGE);
    }
    Mapping(Mapping const&) = delete;
    Mapping& operator=(Mapping const&) = delete;
    ~Mapping() {
        if (ok()) ::munmap(begin_, size_);
        --in_use;
    }

    bool ok() const { return begin_ != MAP_FAILED; }
    std::span<std::uint8_t> bytes() const { return {static_cast<std::uint8_t*>(begin_), size_}; }

    /// Gives back the pages behind the first `used` bytes, of which there is at least one.
    void shrink(std::size_t used) {
        auto const page = static_cast<std::size_t>(::sysconf(_SC_PAGESIZE));
        auto const kept = (used + page - 1) / page * page;
        if (kept >= size_ || ::munmap(bytes().data() + kept, size_ - kept) != 0) return;
        size_ = kept;
    }

  private:
    void* begin_;
    std::size_t size_;
};

std::optional<BlobPages> BlobPages::create(std::size_t capacity) {
    if (in_use >= kMostMappings) return std::nullopt;
    auto mapping = std::make_shared<Mapping>(capacity);
    if (!mapping->ok()) return std::nullopt;
    return BlobPages(std::move(mapping));
}

std::size_t BlobPages::mappings() {
    return in_use;
}

BlobPages::BlobPages(std::shared_ptr<Mapping> mapping) : mapping_(std::move(mapping)) {}

BlobPages::~BlobPages() {
    if (mapping_ && size_ > 0) mapping_->shrink(size_);
}

std::optional<Blob> BlobPages::append(ByteView bytes) {
    auto const room = mapping_->bytes().subspan(size_);
    if (bytes.size() > room.size()) return std::nullopt;
    std::ranges::copy(bytes, room.begin());
    size_ += bytes.size();
    return Blob::of_memory(mapping_, room.first(bytes.size()));
}

}  // namespace directfanz
