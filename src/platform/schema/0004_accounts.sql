CREATE TABLE accounts (
    id            TEXT   PRIMARY KEY,
    handle        TEXT   NOT NULL UNIQUE,
    display_name  TEXT   NOT NULL,
    -- As it was typed.
    email         TEXT   NOT NULL,
    -- In lower case: one address, one account.
    email_key     TEXT   NOT NULL UNIQUE,
    email_verified BIGINT NOT NULL DEFAULT 0,
    -- Asked for, and not yet proved.
    pending_email TEXT,
    -- Argon2id in its own text form.
    password_hash TEXT   NOT NULL,
    bio           TEXT   NOT NULL DEFAULT '',
    language      TEXT,
    -- Names with blanks between them.
    roles         TEXT   NOT NULL,
    -- none, pending, approved, refused
    creator       TEXT   NOT NULL DEFAULT 'none',
    -- active, suspended
    status        TEXT   NOT NULL DEFAULT 'active',
    status_reason TEXT   NOT NULL DEFAULT '',
    mail_on_live  BIGINT NOT NULL DEFAULT 0,
    -- Base 32; null while there is no second factor.
    totp_secret   TEXT,
    -- Offered, and not yet confirmed by a code.
    totp_offered  TEXT,
    -- The time step of the last code that was taken: each works once.
    totp_step     BIGINT NOT NULL DEFAULT 0,
    -- Counts edits.
    version       BIGINT NOT NULL DEFAULT 1,
    created_at    BIGINT NOT NULL,
    last_seen_at  BIGINT
);

CREATE INDEX accounts_by_creation ON accounts (created_at, id);
CREATE INDEX accounts_creators ON accounts (creator, created_at, id) WHERE creator <> 'none';
CREATE INDEX accounts_suspended ON accounts (created_at, id) WHERE status = 'suspended';
CREATE INDEX accounts_with_power ON accounts (created_at, id) WHERE roles LIKE '%administrator%' OR roles LIKE '%moderator%';

CREATE TABLE sessions (
    id          TEXT   PRIMARY KEY,
    -- Lower-case hexadecimal SHA-256 of the cookie's value.
    secret_hash TEXT   NOT NULL UNIQUE,
    account     TEXT   NOT NULL,
    device      TEXT   NOT NULL,
    address     TEXT   NOT NULL,
    created_at  BIGINT NOT NULL,
    used_at     BIGINT NOT NULL
);

CREATE INDEX sessions_of_account ON sessions (account, used_at);
CREATE INDEX sessions_by_use ON sessions (used_at);

-- Links in mails; each works once.
CREATE TABLE mail_tokens (
    secret_hash TEXT   PRIMARY KEY,
    account     TEXT   NOT NULL,
    -- verify, change, reset
    kind        TEXT   NOT NULL,
    -- Which address it was sent to.
    email       TEXT   NOT NULL,
    expires_at  BIGINT NOT NULL
);

CREATE INDEX mail_tokens_of_account ON mail_tokens (account, kind);
CREATE INDEX mail_tokens_by_end ON mail_tokens (expires_at);

CREATE TABLE recovery_codes (
    account   TEXT NOT NULL,
    code_hash TEXT NOT NULL,
    PRIMARY KEY (account, code_hash)
);

CREATE TABLE api_tokens (
    id          TEXT   PRIMARY KEY,
    secret_hash TEXT   NOT NULL UNIQUE,
    account     TEXT   NOT NULL,
    name        TEXT   NOT NULL,
    -- Names with blanks between them.
    scopes      TEXT   NOT NULL,
    created_at  BIGINT NOT NULL,
    expires_at  BIGINT NOT NULL,
    used_at     BIGINT
);

CREATE INDEX api_tokens_of_account ON api_tokens (account, created_at);

-- Who moderates whose streams.
CREATE TABLE moderators (
    creator    TEXT   NOT NULL,
    account    TEXT   NOT NULL,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (creator, account)
);

CREATE INDEX moderators_of_account ON moderators (account);

CREATE TABLE notifications (
    id         TEXT   PRIMARY KEY,
    account    TEXT   NOT NULL,
    kind       TEXT   NOT NULL,
    created_at BIGINT NOT NULL,
    read_at    BIGINT,
    stream     TEXT,
    title      TEXT,
    by_account TEXT,
    reason     TEXT
);

CREATE INDEX notifications_of_account ON notifications (account, created_at, id);
CREATE INDEX notifications_unread ON notifications (account) WHERE read_at IS NULL;

-- What administrators and moderators did.
CREATE TABLE audit_log (
    id         TEXT   PRIMARY KEY,
    at         BIGINT NOT NULL,
    by_account TEXT,
    action     TEXT   NOT NULL,
    target     TEXT   NOT NULL,
    detail     TEXT   NOT NULL,
    address    TEXT   NOT NULL
);

CREATE INDEX audit_log_by_time ON audit_log (at, id);
