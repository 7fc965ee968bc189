#include "base/blob.hpp"

#include <algorithm>
#include <utility>

namespace directfanz {

Blob::Blob(Bytes bytes) {
    auto owner = std::make_shared<Bytes const>(std::move(bytes));
    view_ = *owner;
    owner_ = std::move(owner);
}

Blob::Blob(std::string text) {
    auto owner = std::make_shared<std::string const>(std::move(text));
    view_ = as_bytes(*owner);
    owner_ = std::move(owner);
}

Blob Blob::copy_of(ByteView bytes) {
    return Blob(Bytes(bytes.begin(), bytes.end()));
}

Blob Blob::of_memory(std::shared_ptr<void const> owner, ByteView bytes) {
    Blob blob;
    blob.view_ = bytes;
    blob.owner_ = std::move(owner);
    return blob;
}

Blob Blob::of_file(std::shared_ptr<FileMapping const> file, ByteView bytes) {
    Blob blob;
    blob.file_ = file.get();
    blob.owner_ = std::move(file);
    blob.view_ = bytes;
    return blob;
}

Blob Blob::slice(std::size_t offset, std::size_t count) const {
    offset = std::min(offset, view_.size());
    count = std::min(count, view_.size() - offset);
    auto part = *this;
    part.view_ = view_.subspan(offset, count);
    return part;
}

}  // namespace directfanz
