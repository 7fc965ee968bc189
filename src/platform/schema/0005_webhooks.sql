-- What happened, until it was handed on, and a while after.
CREATE TABLE events (
    id        TEXT   PRIMARY KEY,
    type      TEXT   NOT NULL,
    account   TEXT   NOT NULL,
    at        BIGINT NOT NULL,
    -- A JSON object.
    data      TEXT   NOT NULL,
    handed_on BIGINT NOT NULL DEFAULT 0
);

CREATE INDEX events_waiting ON events (at, id) WHERE handed_on = 0;
CREATE INDEX events_by_time ON events (at) WHERE handed_on = 1;
CREATE INDEX events_of_account ON events (account, at, id);

CREATE TABLE webhooks (
    id               TEXT   PRIMARY KEY,
    account          TEXT   NOT NULL,
    url              TEXT   NOT NULL,
    -- Names with blanks between them.
    events           TEXT   NOT NULL,
    enabled          BIGINT NOT NULL DEFAULT 1,
    -- whsec_…: what signs has to be known in full.
    secret           TEXT   NOT NULL,
    old_secret       TEXT,
    old_secret_until BIGINT,
    created_at       BIGINT NOT NULL,
    -- The first failure since the last success.
    failing_since    BIGINT
);

CREATE INDEX webhooks_of_account ON webhooks (account, created_at, id);

CREATE TABLE deliveries (
    id              TEXT   PRIMARY KEY,
    webhook         TEXT   NOT NULL,
    -- The event's id, which is the webhook-id of every attempt.
    event           TEXT   NOT NULL,
    type            TEXT   NOT NULL,
    body            TEXT   NOT NULL,
    created_at      BIGINT NOT NULL,
    -- waiting, delivered, failed
    state           TEXT   NOT NULL DEFAULT 'waiting',
    -- In all.
    attempts        BIGINT NOT NULL DEFAULT 0,
    -- Of the schedule, which begins anew with a resend.
    tries           BIGINT NOT NULL DEFAULT 0,
    next_attempt_at BIGINT,
    -- Of the last attempt.
    status          BIGINT,
    response        TEXT   NOT NULL DEFAULT ''
);

CREATE INDEX deliveries_due ON deliveries (webhook, next_attempt_at) WHERE state = 'waiting';
CREATE INDEX deliveries_of_webhook ON deliveries (webhook, created_at, id);
