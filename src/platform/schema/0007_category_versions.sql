-- Counts edits, so that nobody overwrites what another has changed meanwhile.
ALTER TABLE categories ADD COLUMN version BIGINT NOT NULL DEFAULT 1;
