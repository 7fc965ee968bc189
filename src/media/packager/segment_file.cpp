#include "media/packager/segment_file.hpp"

#include <utility>

namespace directfanz::packager {

Blob SegmentFile::keep(Blob part) {
    if (!file_) {
        if (part.size() < kFilePartBytes) return part;
        auto file = MemoryFile::create(kCapacity);
        if (!file) return part;
        file_ = std::move(*file);
    }
    auto kept = file_->append(part.view());
    if (kept) return std::move(*kept);
    close();
    return part;
}

void SegmentFile::close() {
    if (file_) file_->seal();
    file_.reset();
}

}  // namespace directfanz::packager
