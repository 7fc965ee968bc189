-- A stream: its page, its key, its many broadcasts over time.
-- The key itself is nowhere: key_hash is the lower-case hexadecimal SHA-256 of it.
CREATE TABLE streams (
    id             TEXT   PRIMARY KEY,
    title          TEXT   NOT NULL,
    key_hash       TEXT   NOT NULL UNIQUE,
    created_at     BIGINT NOT NULL,
    key_created_at BIGINT NOT NULL,
    -- The highest EXT-X-DISCONTINUITY-SEQUENCE that players may have seen.
    discontinuity_sequence BIGINT NOT NULL DEFAULT 0,
    -- No EXT-X-MEDIA-SEQUENCE that players have seen is above this.
    media_sequence BIGINT NOT NULL DEFAULT 0
);

CREATE INDEX streams_by_creation ON streams (created_at, id);
