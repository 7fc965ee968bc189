#pragma once

#include <memory>

#include <openssl/bn.h>
#include <openssl/evp.h>
#include <openssl/x509v3.h>

/// Owners of the library's objects; for this folder's .cpp files alone.
namespace directfanz::io {

template <auto release>
struct Releases {
    template <typename T>
    void operator()(T* object) const {
        release(object);
    }
};

using BioPointer = std::unique_ptr<BIO, Releases<BIO_free>>;
using CertificatePointer = std::unique_ptr<X509, Releases<X509_free>>;
using KeyPointer = std::unique_ptr<EVP_PKEY, Releases<EVP_PKEY_free>>;
using NumberPointer = std::unique_ptr<BIGNUM, Releases<BN_free>>;
using ExtensionPointer = std::unique_ptr<X509_EXTENSION, Releases<X509_EXTENSION_free>>;

}  // namespace directfanz::io
