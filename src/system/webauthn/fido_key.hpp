#pragma once

#include "system/webauthn/verify.hpp"

#include <memory>

namespace directfanz::webauthn {

/// A public key as libfido2 takes it: a pointer to its own structure for the algorithm.
class FidoKey {
  public:
    /// Error: invalid for what is no key of its algorithm, such as a point beside the curve.
    static Result<FidoKey> of(PublicKey const& key);

    void const* get() const { return key_.get(); }

  private:
    explicit FidoKey(std::shared_ptr<void> key) : key_(std::move(key)) {}

    std::shared_ptr<void> key_;
};

}  // namespace directfanz::webauthn
