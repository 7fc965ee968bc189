CREATE TABLE passkeys (
    id            TEXT   PRIMARY KEY,
    account       TEXT   NOT NULL,
    -- In base64url; authenticators choose it.
    credential_id TEXT   NOT NULL UNIQUE,
    -- How it signs, as COSE numbers it: -7, -8, -257.
    algorithm     BIGINT NOT NULL,
    -- In base64url.
    public_key    TEXT   NOT NULL,
    -- Of the last signature; 0 at authenticators that do not count.
    sign_count    BIGINT NOT NULL,
    name          TEXT   NOT NULL,
    created_at    BIGINT NOT NULL,
    used_at       BIGINT
);

CREATE INDEX passkeys_of_account ON passkeys (account, created_at);

-- What authenticators are asked to sign; each works once.
CREATE TABLE passkey_challenges (
    -- Lower-case hexadecimal SHA-256 of the challenge's text.
    challenge_hash TEXT   PRIMARY KEY,
    -- The session that adds a passkey; empty: for signing in.
    session        TEXT   NOT NULL,
    expires_at     BIGINT NOT NULL
);

CREATE INDEX passkey_challenges_by_end ON passkey_challenges (expires_at);
