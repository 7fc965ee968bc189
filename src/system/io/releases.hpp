#pragma once

namespace directfanz::io {

/// The deleter of a unique_ptr whose object goes back to its C library by `release`.
template <auto release>
struct Releases {
    template <typename T>
    void operator()(T* object) const {
        release(object);
    }
};

}  // namespace directfanz::io
