-- Inline keys only, and no foreign keys: what a secondary index does here after a crash is in docs/adr/0002.
-- Times are UTC. What is written as *_local is the camera's clock.

CREATE TABLE users (
  id VARCHAR PRIMARY KEY,
  email VARCHAR NOT NULL,
  name VARCHAR,
  avatar_url VARCHAR,
  created_date TIMESTAMP NOT NULL,
  last_login TIMESTAMP NOT NULL,
  settings JSON NOT NULL,
  -- Null: the quota that is configured for everybody. 0: none.
  storage_quota BIGINT,
  storage_used BIGINT NOT NULL DEFAULT 0,
  storage_reserved BIGINT NOT NULL DEFAULT 0,
  -- Grows with every change of the person's photos or tags: what was drawn from them under the same number holds.
  library_version BIGINT NOT NULL DEFAULT 0
);

CREATE TABLE photos (
  id VARCHAR PRIMARY KEY,
  user_id VARCHAR NOT NULL,
  filename VARCHAR NOT NULL,
  title VARCHAR,
  description VARCHAR,
  favorite BOOLEAN NOT NULL DEFAULT FALSE,
  private BOOLEAN NOT NULL DEFAULT FALSE,
  content_type VARCHAR NOT NULL,
  size_bytes BIGINT NOT NULL,
  width INTEGER NOT NULL,
  height INTEGER NOT NULL,
  checksum VARCHAR NOT NULL,
  -- Checksum and owner in one: an index serves a scan with one condition only.
  content_key VARCHAR NOT NULL UNIQUE,
  thumbhash VARCHAR NOT NULL,
  taken_at TIMESTAMP NOT NULL,
  taken_at_local TIMESTAMP NOT NULL,
  -- What the file said, for when an edit of taken_at is taken back.
  file_taken_at TIMESTAMP NOT NULL,
  file_taken_at_local TIMESTAMP NOT NULL,
  upload_date TIMESTAMP NOT NULL,
  updated_date TIMESTAMP NOT NULL,
  trashed_date TIMESTAMP,
  camera_make VARCHAR,
  camera_model VARCHAR,
  camera_lens VARCHAR,
  iso INTEGER,
  aperture DOUBLE,
  exposure_time VARCHAR,
  focal_length DOUBLE,
  -- Make and model as one name, and the same folded for search.
  camera VARCHAR,
  camera_folded VARCHAR,
  latitude DOUBLE,
  longitude DOUBLE,
  altitude DOUBLE,
  city VARCHAR,
  country VARCHAR,
  -- A search reads all of it: to unpack it takes longer than to look through it.
  search_text VARCHAR USING COMPRESSION 'uncompressed' NOT NULL,
  storage_path VARCHAR NOT NULL,
  thumbnail_path VARCHAR NOT NULL,
  thumbnail_bytes BIGINT NOT NULL,
  preview_path VARCHAR NOT NULL,
  preview_bytes BIGINT NOT NULL,
  metadata JSON NOT NULL
);

-- A table of their own: an update of a list column would move the photo's row to the end of the file.
CREATE TABLE photo_tags (
  photo_id VARCHAR NOT NULL,
  user_id VARCHAR NOT NULL,
  tag VARCHAR NOT NULL,
  position BIGINT NOT NULL,
  PRIMARY KEY (photo_id, tag)
);

-- Targets, reservations and intents: one row follows one file from its declaration to its photo.
CREATE TABLE uploads (
  id VARCHAR PRIMARY KEY,
  user_id VARCHAR NOT NULL,
  state VARCHAR NOT NULL,
  secret_hash VARCHAR,
  filename VARCHAR NOT NULL,
  size_bytes BIGINT NOT NULL,
  checksum VARCHAR NOT NULL,
  reserved_bytes BIGINT NOT NULL,
  created_date TIMESTAMP NOT NULL,
  expires_date TIMESTAMP NOT NULL,
  photo_id VARCHAR,
  storage_path VARCHAR,
  thumbnail_path VARCHAR,
  preview_path VARCHAR,
  outcome JSON
);

-- Objects of photos that are gone: written with the photo's end, removed when the objects are.
CREATE TABLE tombstones (
  photo_id VARCHAR PRIMARY KEY,
  user_id VARCHAR NOT NULL,
  storage_path VARCHAR NOT NULL,
  thumbnail_path VARCHAR NOT NULL,
  preview_path VARCHAR NOT NULL,
  created_date TIMESTAMP NOT NULL
);
