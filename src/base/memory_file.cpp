#include "base/memory_file.hpp"

#include <cerrno>
#include <system_error>
#include <utility>

#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

namespace directfanz {
namespace {

std::unexpected<Error> failure(std::string_view what) {
    return fail(ErrorKind::io, "memory file",
                std::string(what) + ": " + std::generic_category().message(errno));
}

/// Everything or nothing, at `offset`.
bool write_all(int descriptor, ByteView bytes, std::size_t offset) {
    while (!bytes.empty()) {
        auto const put =
            ::pwrite(descriptor, bytes.data(), bytes.size(), static_cast<off_t>(offset));
        if (put < 0 && errno == EINTR) continue;
        if (put <= 0) return false;
        bytes = bytes.subspan(static_cast<std::size_t>(put));
        offset += static_cast<std::size_t>(put);
    }
    return true;
}

}  // namespace

struct MemoryFile::Mapping : FileMapping {
    Mapping() = default;
    ~Mapping() {
        if (begin != nullptr) ::munmap(const_cast<std::uint8_t*>(begin), capacity);
        if (descriptor >= 0) ::close(descriptor);
    }
    Mapping(Mapping const&) = delete;
    Mapping& operator=(Mapping const&) = delete;

    std::size_t capacity = 0;
};

Result<MemoryFile> MemoryFile::create(std::size_t capacity) {
    auto mapping = std::make_shared<Mapping>();
    mapping->descriptor = ::memfd_create("directfanz", MFD_CLOEXEC | MFD_ALLOW_SEALING);
    if (mapping->descriptor < 0) return failure("cannot be made");
    if (capacity > 0) {
        // Pages are there as soon as they are written. Behind the file's end nobody reads.
        auto* const begin =
            ::mmap(nullptr, capacity, PROT_READ, MAP_SHARED, mapping->descriptor, 0);
        if (begin == MAP_FAILED) return failure("cannot be mapped");
        mapping->begin = static_cast<std::uint8_t const*>(begin);
        mapping->capacity = capacity;
    }
    return MemoryFile(std::move(mapping));
}

Result<Blob> MemoryFile::append(ByteView bytes) {
    if (bytes.size() > mapping_->capacity - size_) {
        return fail(ErrorKind::too_large, "memory file", "it has no room for so much");
    }
    if (!write_all(mapping_->descriptor, bytes, size_)) return failure("cannot be written");
    auto const place = ByteView(mapping_->begin + size_, bytes.size());
    size_ += bytes.size();
    return Blob::of_file(mapping_, place);
}

Result<Blob> MemoryFile::holding(ByteView bytes) {
    auto file = create(bytes.size());
    if (!file) return std::unexpected(std::move(file.error()));
    auto blob = file->append(bytes);
    file->seal();
    return blob;
}

void MemoryFile::seal() {
    // Protects from our own faults alone, so an older system may refuse it. The mapping is there
    // already, which rules out F_SEAL_WRITE.
    [[maybe_unused]] auto const sealed =
        ::fcntl(mapping_->descriptor, F_ADD_SEALS,
                F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_FUTURE_WRITE | F_SEAL_SEAL);
}

}  // namespace directfanz
