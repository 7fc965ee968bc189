#include "system/webauthn/verify.hpp"

#include "base/property_test.hpp"
#include "system/webauthn/authenticator_data.hpp"
#include "system/webauthn/client_data.hpp"
#include "system/webauthn/test_authenticator.hpp"

#include <functional>

#include <gmock/gmock.h>

namespace directfanz::webauthn {
namespace {

using testing::Authenticator;
using Json = nlohmann::json;

constexpr std::string_view kCreate = "webauthn.create";
constexpr std::string_view kGet = "webauthn.get";

Expected const kExpected{.party = {.id = "fans.example", .origin = "https://fans.example"},
                         .challenge = "AAECAwQFBgcICQoLDA0ODw"};

Result<Credential> create(Authenticator const& device, std::string_view type = kCreate,
                          std::string_view challenge = kExpected.challenge) {
    auto const json = device.client_data(type, challenge);
    auto const object = device.attestation_object();
    return verify_attestation(kExpected, {.client_data_json = json, .attestation_object = object});
}

Result<Credential> create_with(Authenticator const& device, Bytes const& object) {
    auto const json = device.client_data(kCreate, kExpected.challenge);
    return verify_attestation(kExpected, {.client_data_json = json, .attestation_object = object});
}

Result<std::uint32_t> use(Authenticator const& device, PublicKey const& key,
                          std::string_view type = kGet,
                          std::string_view challenge = kExpected.challenge) {
    auto const json = device.client_data(type, challenge);
    auto const data = device.authenticator_data(false);
    auto const signature = device.sign(data, json);
    return verify_assertion(
        kExpected, key,
        {.client_data_json = json, .authenticator_data = data, .signature = signature});
}

void expect_both_denied(std::function<void(Authenticator&)> const& spoil) {
    Authenticator device;
    auto const key = create(device).value().key;
    ASSERT_TRUE(use(device, key));
    spoil(device);
    auto const created = create(device);
    ASSERT_FALSE(created);
    EXPECT_EQ(created.error().kind, ErrorKind::denied);
    auto const used = use(device, key);
    ASSERT_FALSE(used);
    EXPECT_EQ(used.error().kind, ErrorKind::denied);
}

class EveryAlgorithmTest : public ::testing::TestWithParam<Algorithm> {};

INSTANTIATE_TEST_SUITE_P(Webauthn, EveryAlgorithmTest, ::testing::ValuesIn(kAlgorithms));

TEST_P(EveryAlgorithmTest, ACredentialIsMadeAndUsed) {
    Authenticator device(GetParam());
    auto const made = create(device);
    ASSERT_TRUE(made) << describe(made.error());
    EXPECT_EQ(made->id, device.credential_id);
    EXPECT_EQ(made->sign_count, 1U);
    EXPECT_EQ(made->key, (PublicKey{GetParam(), device.public_key()}));
    device.sign_count = 7;
    auto const used = use(device, made->key);
    ASSERT_TRUE(used) << describe(used.error());
    EXPECT_EQ(*used, 7U);
}

TEST_P(EveryAlgorithmTest, AnotherKeysSignatureIsWorthNothing) {
    Authenticator const device(GetParam());
    Authenticator const other(GetParam());
    auto const used = use(other, create(device).value().key);
    ASSERT_FALSE(used);
    EXPECT_EQ(used.error().kind, ErrorKind::denied);
}

TEST_P(EveryAlgorithmTest, TheNewKeyMayAttestItself) {
    Authenticator const device(GetParam());
    auto const json = device.client_data(kCreate, kExpected.challenge);
    auto const object = device.packed_object(json);
    auto const made = create_with(device, object);
    ASSERT_TRUE(made) << describe(made.error());
    EXPECT_EQ(made->key.bytes, device.public_key());
}

TEST_P(EveryAlgorithmTest, WhatIsNoKeyIsRefused) {
    for (auto const size : {0, 1, 31, 33, 63, 65, 258, 260}) {
        auto const used =
            use(Authenticator(GetParam()), {GetParam(), Bytes(static_cast<std::size_t>(size), 1)});
        ASSERT_FALSE(used) << size;
        EXPECT_EQ(used.error().kind, ErrorKind::invalid) << size;
    }
}

TEST(VerifyTest, APointBesideTheCurveIsNoKey) {
    auto const used = use(Authenticator(), {Algorithm::es256, Bytes(64, 1)});
    ASSERT_FALSE(used);
    EXPECT_EQ(used.error().kind, ErrorKind::invalid);
}

TEST(VerifyTest, AnAttestationThatIsWrongIsRefused) {
    Authenticator const device;
    auto const made = create_with(device, device.packed_object("something else"));
    ASSERT_FALSE(made);
    EXPECT_EQ(made.error().kind, ErrorKind::denied);
    EXPECT_FALSE(create_with(device, device.attestation_object(Json::object(), "packed")));
}

TEST(VerifyTest, AnAttestationThatNobodyAskedForIsRefused) {
    Authenticator const device;
    for (auto const* const format : {"tpm", "apple", "android-key", "fido-u2f", "", "NONE"}) {
        auto const made = create_with(device, device.attestation_object(Json::object(), format));
        ASSERT_FALSE(made) << format;
        EXPECT_EQ(made.error().kind, ErrorKind::unsupported) << format;
    }
}

TEST(VerifyTest, BrowsersMayAskForProtectionByThemselves) {
    Authenticator device;
    device.extensions = Json{{"credProtect", 2}};
    EXPECT_TRUE(create(device));
    auto const json = device.client_data(kCreate, kExpected.challenge);
    auto const made = create_with(device, device.packed_object(json));
    EXPECT_TRUE(made) << describe(made.error());
}

TEST(VerifyTest, AnotherSiteIsRefused) {
    expect_both_denied([](Authenticator& device) { device.origin = "https://fans.example.evil"; });
    expect_both_denied([](Authenticator& device) { device.origin = "http://fans.example"; });
    expect_both_denied([](Authenticator& device) { device.origin = "https://fans.example:8443"; });
    expect_both_denied([](Authenticator& device) { device.rp_id = "evil.example"; });
    expect_both_denied([](Authenticator& device) { device.cross_origin = true; });
}

TEST(VerifyTest, WhoeverIsThereHasToBeVerified) {
    expect_both_denied([](Authenticator& device) { device.flags = 0x01; });
    expect_both_denied([](Authenticator& device) { device.flags = 0x04; });
    expect_both_denied([](Authenticator& device) { device.flags = 0x00; });
}

TEST(VerifyTest, AnAnswerToAnotherChallengeOrForAnotherPurposeIsRefused) {
    Authenticator const device;
    auto const key = create(device).value().key;
    EXPECT_FALSE(create(device, kCreate, "AAECAwQFBgcICQoLDA0ODg"));
    EXPECT_FALSE(create(device, kCreate, ""));
    EXPECT_FALSE(create(device, kGet));
    EXPECT_FALSE(use(device, key, kGet, "AAECAwQFBgcICQoLDA0ODg"));
    EXPECT_FALSE(use(device, key, kCreate));
}

TEST(VerifyTest, WhatIsSignedIsAllOfIt) {
    Authenticator const device;
    auto const key = create(device).value().key;
    auto const json = device.client_data(kGet, kExpected.challenge);
    auto const data = device.authenticator_data(false);
    auto const signature = device.sign(data, json);
    auto const check = [&](std::string const& said, Bytes const& seen, Bytes const& proof) {
        return verify_assertion(
                   kExpected, key,
                   {.client_data_json = said, .authenticator_data = seen, .signature = proof})
            .has_value();
    };
    ASSERT_TRUE(check(json, data, signature));
    EXPECT_FALSE(check(json + " ", data, signature));
    auto counted = data;
    ++counted.back();
    EXPECT_FALSE(check(json, counted, signature));
    auto bent = signature;
    bent.back() ^= 1;
    EXPECT_FALSE(check(json, data, bent));
    EXPECT_FALSE(check(json, data, {}));
    EXPECT_FALSE(check(json, data, Bytes(kMaxSignature + 1, 0)));
    EXPECT_FALSE(check(json, {}, signature));
}

TEST(VerifyTest, ACredentialHasAnIdOfSomeLength) {
    Authenticator device;
    device.credential_id = {};
    EXPECT_FALSE(create(device));
    device.credential_id = Bytes(kMaxCredentialId, 1);
    EXPECT_TRUE(create(device));
    device.credential_id = Bytes(kMaxCredentialId + 1, 1);
    EXPECT_FALSE(create(device));
}

TEST(VerifyTest, WhatIsCutOffAnywhereIsRefused) {
    Authenticator const device;
    auto const whole = device.attestation_object();
    for (std::size_t size = 0; size < whole.size(); ++size) {
        auto const part = Bytes(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(size));
        EXPECT_FALSE(create_with(device, part)) << size;
    }
    auto more = whole;
    more.push_back(0);
    EXPECT_FALSE(create_with(device, more));
    auto const data = device.authenticator_data(true);
    for (std::size_t size = 0; size < data.size(); ++size) {
        auto const part = Bytes(data.begin(), data.begin() + static_cast<std::ptrdiff_t>(size));
        EXPECT_FALSE(parse_authenticator_data(part)) << size;
    }
}

TEST(VerifyTest, AnObjectHasALimit) {
    auto const made = create_with(Authenticator(), Bytes(kMaxAttestationObject + 1, 0));
    ASSERT_FALSE(made);
    EXPECT_EQ(made.error().kind, ErrorKind::too_large);
}

TEST(VerifyTest, NothingThatIsBentBecomesAnotherCredential) {
    Authenticator const device;
    auto const json = device.client_data(kCreate, kExpected.challenge);
    auto const whole = device.packed_object(json);
    auto const right = create_with(device, whole);
    ASSERT_TRUE(right);
    directfanz::testing::for_all_seeds([&](directfanz::testing::Generator& any) {
        auto bent = whole;
        auto const place = any.number<std::size_t>(0, bent.size() - 1);
        bent[place] ^= static_cast<std::uint8_t>(1 + any.number(0, 254));
        auto const made = create_with(device, bent);
        // What stands beside the signed data may change; what was signed may not.
        if (!made) return;
        EXPECT_EQ(made->id, right->id) << place;
        EXPECT_EQ(made->key, right->key) << place;
        EXPECT_EQ(made->sign_count, right->sign_count) << place;
    });
}

TEST(GoesBackTest, ACounterThatCountsGrows) {
    EXPECT_FALSE(goes_back(0, 0)) << "does not count";
    EXPECT_FALSE(goes_back(0, 1));
    EXPECT_FALSE(goes_back(5, 6));
    EXPECT_TRUE(goes_back(5, 5));
    EXPECT_TRUE(goes_back(5, 4));
    EXPECT_TRUE(goes_back(5, 0));
    EXPECT_FALSE(goes_back(0xfffffffe, 0xffffffff));
}

}  // namespace
}  // namespace directfanz::webauthn
