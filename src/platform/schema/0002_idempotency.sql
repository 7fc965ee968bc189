-- What answers were given to requests that create, so that one that is sent again creates nothing more.
-- Neither the key nor the answer can be read here: an answer may hold a secret that is shown once.
CREATE TABLE idempotency_keys (
    account      TEXT   NOT NULL,
    -- Lower-case hexadecimal SHA-256 of the operation and the Idempotency-Key.
    key_hash     TEXT   NOT NULL,
    -- The same of the body.
    request_hash TEXT   NOT NULL,
    -- 0 while the first request is under way.
    status       BIGINT NOT NULL,
    -- Sealed by what only who sends the key knows; empty while the first request is under way.
    answer       TEXT   NOT NULL,
    created_at   BIGINT NOT NULL,
    PRIMARY KEY (account, key_hash)
);

CREATE INDEX idempotency_keys_by_creation ON idempotency_keys (created_at);
