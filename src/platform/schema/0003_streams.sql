-- What a stream is about. Streams name it by its slug, which never changes.
CREATE TABLE categories (
    id       TEXT   PRIMARY KEY,
    slug     TEXT   NOT NULL UNIQUE,
    name     TEXT   NOT NULL,
    position BIGINT NOT NULL
);

INSERT INTO categories (id, slug, name, position) VALUES
    ('aaaaaaaaaaaaaaaa', 'music',        'Music',                10),
    ('aaaaaaaaaaaaaaab', 'dj-sets',      'DJ sets',              20),
    ('aaaaaaaaaaaaaaac', 'talk',         'Talk',                 30),
    ('aaaaaaaaaaaaaaad', 'gaming',       'Gaming',               40),
    ('aaaaaaaaaaaaaaae', 'art',          'Art',                  50),
    ('aaaaaaaaaaaaaaaf', 'crafts',       'Crafts and making',    60),
    ('aaaaaaaaaaaaaaag', 'dance',        'Dance',                70),
    ('aaaaaaaaaaaaaaah', 'theatre',      'Theatre and comedy',   80),
    ('aaaaaaaaaaaaaaai', 'fitness',      'Fitness',              90),
    ('aaaaaaaaaaaaaaaj', 'sports',       'Sports',              100),
    ('aaaaaaaaaaaaaaak', 'cooking',      'Cooking',             110),
    ('aaaaaaaaaaaaaaal', 'fashion',      'Fashion and beauty',  120),
    ('aaaaaaaaaaaaaaam', 'science',      'Science and learning', 130),
    ('aaaaaaaaaaaaaaan', 'technology',   'Technology',          140),
    ('aaaaaaaaaaaaaaao', 'travel',       'Travel and outdoors', 150),
    ('aaaaaaaaaaaaaaap', 'podcasts',     'Podcasts',            160);

-- Null: made on the command line, for nobody.
ALTER TABLE streams ADD COLUMN owner TEXT;
ALTER TABLE streams ADD COLUMN description TEXT NOT NULL DEFAULT '';
-- A slug.
ALTER TABLE streams ADD COLUMN category TEXT;
-- Words with a blank between them: no tag, country or site holds one.
ALTER TABLE streams ADD COLUMN tags TEXT NOT NULL DEFAULT '';
ALTER TABLE streams ADD COLUMN language TEXT;
ALTER TABLE streams ADD COLUMN mature BIGINT NOT NULL DEFAULT 0;
-- public, unlisted, followers, password
ALTER TABLE streams ADD COLUMN visibility TEXT NOT NULL DEFAULT 'public';
ALTER TABLE streams ADD COLUMN password_hash TEXT;
ALTER TABLE streams ADD COLUMN scheduled_at BIGINT;
-- low, normal
ALTER TABLE streams ADD COLUMN latency_mode TEXT NOT NULL DEFAULT 'low';
-- "720p:2800k 480p:1200k"; null: the server's.
ALTER TABLE streams ADD COLUMN ladder TEXT;
ALTER TABLE streams ADD COLUMN recording BIGINT NOT NULL DEFAULT 0;
ALTER TABLE streams ADD COLUMN auto_live BIGINT NOT NULL DEFAULT 1;
ALTER TABLE streams ADD COLUMN chat_enabled BIGINT NOT NULL DEFAULT 1;
ALTER TABLE streams ADD COLUMN chat_followers_only BIGINT NOT NULL DEFAULT 0;
ALTER TABLE streams ADD COLUMN chat_slow_mode BIGINT NOT NULL DEFAULT 0;
ALTER TABLE streams ADD COLUMN chat_links BIGINT NOT NULL DEFAULT 1;
ALTER TABLE streams ADD COLUMN allowed_countries TEXT NOT NULL DEFAULT '';
ALTER TABLE streams ADD COLUMN blocked_countries TEXT NOT NULL DEFAULT '';
ALTER TABLE streams ADD COLUMN embed_sites TEXT NOT NULL DEFAULT '';
-- The picture's file in the data folder.
ALTER TABLE streams ADD COLUMN cover TEXT;
-- Counts the owner's edits.
ALTER TABLE streams ADD COLUMN version BIGINT NOT NULL DEFAULT 1;
-- Counts changes of who may watch: what was given under another number is worth nothing.
ALTER TABLE streams ADD COLUMN access_epoch BIGINT NOT NULL DEFAULT 0;
-- Rows of stream_likes.
ALTER TABLE streams ADD COLUMN likes BIGINT NOT NULL DEFAULT 0;

CREATE INDEX streams_by_owner ON streams (owner, created_at, id);
CREATE INDEX streams_by_schedule ON streams (scheduled_at, id) WHERE scheduled_at IS NOT NULL;
CREATE INDEX streams_by_category ON streams (category) WHERE category IS NOT NULL;

CREATE TABLE follows (
    account    TEXT   NOT NULL,
    creator    TEXT   NOT NULL,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (account, creator)
);

CREATE INDEX follows_by_creator ON follows (creator, account);
CREATE INDEX follows_by_time ON follows (creator, created_at);
CREATE INDEX follows_of_account ON follows (account, created_at, creator);

-- How many rows of follows each creator has.
CREATE TABLE follower_counts (
    creator   TEXT   PRIMARY KEY,
    followers BIGINT NOT NULL
);

CREATE TABLE stream_likes (
    stream     TEXT   NOT NULL,
    account    TEXT   NOT NULL,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (stream, account)
);

CREATE INDEX stream_likes_of_account ON stream_likes (account);
CREATE INDEX stream_likes_by_time ON stream_likes (stream, created_at);

-- From the first media to the end. One that never was live leaves no row.
CREATE TABLE broadcasts (
    id              TEXT   PRIMARY KEY,
    stream          TEXT   NOT NULL,
    -- preview, live, reconnecting, ended
    state           TEXT   NOT NULL,
    title           TEXT   NOT NULL,
    started_at      BIGINT NOT NULL,
    live_at         BIGINT,
    ended_at        BIGINT,
    -- creator, moderator, encoder, connection, server
    ended_by        TEXT,
    -- When the server last wrote of it: what a killed server leaves ended about then.
    seen_at         BIGINT NOT NULL,
    peak_viewers    BIGINT NOT NULL DEFAULT 0,
    viewers         BIGINT NOT NULL DEFAULT 0,
    watched_seconds BIGINT NOT NULL DEFAULT 0,
    likes           BIGINT NOT NULL DEFAULT 0,
    new_followers   BIGINT NOT NULL DEFAULT 0,
    width           BIGINT,
    height          BIGINT,
    -- Thousandths of a frame a second.
    frame_rate      BIGINT
);

CREATE INDEX broadcasts_of_stream ON broadcasts (stream, started_at, id);
CREATE INDEX broadcasts_open ON broadcasts (stream) WHERE ended_at IS NULL;

-- What the server made for itself at its first start.
CREATE TABLE server_secrets (
    name  TEXT PRIMARY KEY,
    -- Lower-case hexadecimal.
    value TEXT NOT NULL
);
