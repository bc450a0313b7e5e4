-- Times are UTC. Columns named *_local are the camera's clock.
-- COLLATE "C" orders text by its bytes, as DuckDB does, whatever the locale of the database.

CREATE EXTENSION IF NOT EXISTS btree_gin;

CREATE TABLE users (
  id VARCHAR COLLATE "C" PRIMARY KEY,
  email VARCHAR COLLATE "C" NOT NULL,
  name VARCHAR COLLATE "C",
  avatar_url VARCHAR COLLATE "C",
  created_date TIMESTAMP NOT NULL,
  last_login TIMESTAMP NOT NULL,
  settings JSON NOT NULL,
  -- Null: the configured quota applies. 0: no quota.
  storage_quota BIGINT,
  storage_used BIGINT NOT NULL DEFAULT 0,
  storage_reserved BIGINT NOT NULL DEFAULT 0,
  -- Increased by every change of the user's photos or tags. Summaries computed under the same number remain valid.
  library_version BIGINT NOT NULL DEFAULT 0
);

-- The single characters of a text and its pairs of neighbouring characters: what a search for words of one or more
-- characters looks up, in any script. White space separates words and is left out.
CREATE FUNCTION imgstream_grams(content VARCHAR) RETURNS TEXT[]
LANGUAGE SQL IMMUTABLE PARALLEL SAFE STRICT
BEGIN ATOMIC
  SELECT COALESCE(array_agg(DISTINCT gram), ARRAY[]::TEXT[])
  FROM string_to_table(regexp_replace(content, '\s+', chr(10), 'g'), chr(10)) AS word,
  LATERAL (SELECT string_to_array(word, NULL) AS letters) AS split,
  LATERAL (
    SELECT letters[i] AS gram FROM generate_subscripts(letters, 1) AS i
    UNION ALL
    SELECT letters[i] || letters[i + 1] FROM generate_series(1, cardinality(letters) - 1) AS i
  ) AS grams
  WHERE gram IS NOT NULL;
END;

CREATE TABLE photos (
  id VARCHAR COLLATE "C" PRIMARY KEY,
  user_id VARCHAR COLLATE "C" NOT NULL,
  filename VARCHAR COLLATE "C" NOT NULL,
  title VARCHAR COLLATE "C",
  description VARCHAR COLLATE "C",
  favorite BOOLEAN NOT NULL DEFAULT FALSE,
  private BOOLEAN NOT NULL DEFAULT FALSE,
  content_type VARCHAR COLLATE "C" NOT NULL,
  size_bytes BIGINT NOT NULL,
  width INTEGER NOT NULL,
  height INTEGER NOT NULL,
  checksum VARCHAR COLLATE "C" NOT NULL,
  -- A hash of the owner and the checksum.
  content_key VARCHAR COLLATE "C" NOT NULL UNIQUE,
  thumbhash VARCHAR COLLATE "C" NOT NULL,
  taken_at TIMESTAMP NOT NULL,
  taken_at_local TIMESTAMP NOT NULL,
  -- The times in the file, for an edit of taken_at that is undone.
  file_taken_at TIMESTAMP NOT NULL,
  file_taken_at_local TIMESTAMP NOT NULL,
  upload_date TIMESTAMP NOT NULL,
  updated_date TIMESTAMP NOT NULL,
  trashed_date TIMESTAMP,
  camera_make VARCHAR COLLATE "C",
  camera_model VARCHAR COLLATE "C",
  camera_lens VARCHAR COLLATE "C",
  iso INTEGER,
  aperture DOUBLE PRECISION,
  exposure_time VARCHAR COLLATE "C",
  focal_length DOUBLE PRECISION,
  -- Make and model as one name, and the same folded for search.
  camera VARCHAR COLLATE "C",
  camera_folded VARCHAR COLLATE "C",
  latitude DOUBLE PRECISION,
  longitude DOUBLE PRECISION,
  altitude DOUBLE PRECISION,
  city VARCHAR COLLATE "C",
  country VARCHAR COLLATE "C",
  search_text VARCHAR COLLATE "C" NOT NULL,
  storage_path VARCHAR COLLATE "C" NOT NULL,
  thumbnail_path VARCHAR COLLATE "C" NOT NULL,
  thumbnail_bytes BIGINT NOT NULL,
  preview_path VARCHAR COLLATE "C" NOT NULL,
  preview_bytes BIGINT NOT NULL,
  metadata JSON NOT NULL,
  grams TEXT[] COLLATE "C" NOT NULL GENERATED ALWAYS AS (imgstream_grams(search_text)) STORED
);

-- The timeline. A strip of thousands of photos is read from the index alone.
CREATE INDEX photos_timeline ON photos (user_id, taken_at_local DESC, id DESC)
  INCLUDE (width, height, thumbhash, checksum, favorite) WHERE trashed_date IS NULL;
CREATE INDEX photos_favorites ON photos (user_id, taken_at_local DESC, id DESC) WHERE favorite AND trashed_date IS NULL;
CREATE INDEX photos_trash ON photos (user_id, taken_at_local DESC, id DESC) WHERE trashed_date IS NOT NULL;
CREATE INDEX photos_by_upload ON photos (user_id, upload_date DESC, id DESC) WHERE trashed_date IS NULL;
CREATE INDEX photos_by_filename ON photos (user_id, filename, id) WHERE trashed_date IS NULL;
CREATE INDEX photos_by_size ON photos (user_id, size_bytes DESC, id DESC) WHERE trashed_date IS NULL;
CREATE INDEX photos_by_camera ON photos (user_id, camera_folded);
CREATE INDEX photos_expiring ON photos (trashed_date, id) WHERE trashed_date IS NOT NULL;
-- A search waits for the pending list of this index to be read, so the list is kept short.
CREATE INDEX photos_grams ON photos USING GIN (user_id, grams)
  WITH (gin_pending_list_limit = 256) WHERE trashed_date IS NULL;

CREATE TABLE photo_tags (
  photo_id VARCHAR COLLATE "C" NOT NULL,
  user_id VARCHAR COLLATE "C" NOT NULL,
  tag VARCHAR COLLATE "C" NOT NULL,
  position BIGINT NOT NULL,
  PRIMARY KEY (photo_id, tag)
);
CREATE INDEX photo_tags_by_user ON photo_tags (user_id, tag, photo_id);

-- Targets, reservations and intents: one row follows a file from its declaration to its photo.
CREATE TABLE uploads (
  id VARCHAR COLLATE "C" PRIMARY KEY,
  user_id VARCHAR COLLATE "C" NOT NULL,
  state VARCHAR COLLATE "C" NOT NULL,
  secret_hash VARCHAR COLLATE "C",
  filename VARCHAR COLLATE "C" NOT NULL,
  size_bytes BIGINT NOT NULL,
  checksum VARCHAR COLLATE "C" NOT NULL,
  reserved_bytes BIGINT NOT NULL,
  created_date TIMESTAMP NOT NULL,
  expires_date TIMESTAMP NOT NULL,
  photo_id VARCHAR COLLATE "C",
  storage_path VARCHAR COLLATE "C",
  thumbnail_path VARCHAR COLLATE "C",
  preview_path VARCHAR COLLATE "C",
  outcome JSON
);
CREATE INDEX uploads_expiring ON uploads (expires_date, id);
CREATE INDEX uploads_open ON uploads (user_id) WHERE state = 'open';

-- Objects of deleted photos: inserted when the photo is deleted, and deleted when the objects are.
CREATE TABLE tombstones (
  photo_id VARCHAR COLLATE "C" PRIMARY KEY,
  user_id VARCHAR COLLATE "C" NOT NULL,
  storage_path VARCHAR COLLATE "C" NOT NULL,
  thumbnail_path VARCHAR COLLATE "C" NOT NULL,
  preview_path VARCHAR COLLATE "C" NOT NULL,
  created_date TIMESTAMP NOT NULL
);
CREATE INDEX tombstones_oldest ON tombstones (created_date, photo_id);
