-- What endpoints keep for themselves, and what a conversation on a chat is found by.

-- Updates as their upstream told them. `n`: the upstream's own number; `at`: when it came; `body` null: it was handled, only its number is remembered.
CREATE TABLE told (
  place INTEGER PRIMARY KEY, -- the order in which they were kept
  via TEXT NOT NULL,
  n INTEGER NOT NULL,
  body TEXT,
  at INTEGER NOT NULL,
  UNIQUE (via, n)
) STRICT;
CREATE INDEX told_waiting ON told (via) WHERE body IS NOT NULL;
CREATE INDEX told_handled ON told (at) WHERE body IS NULL;

CREATE TABLE note (
  via TEXT NOT NULL,
  key TEXT NOT NULL,
  value TEXT NOT NULL,
  PRIMARY KEY (via, key)
) STRICT, WITHOUT ROWID;

-- Only deliveries to people have a ref: texts to phones don't touch it.
CREATE INDEX delivery_ref ON delivery (via, ref) WHERE ref IS NOT NULL;

-- The newest message that the phone of a thread wrote in it; null: it never wrote.
ALTER TABLE thread ADD COLUMN heard TEXT;
UPDATE thread SET heard = (
  SELECT message.id FROM delivery INDEXED BY delivery_thread CROSS JOIN message ON message.id = delivery.message
  WHERE delivery.thread = thread.id AND message.via IS NOT NULL AND message.user IS NULL AND message.address = thread.phone
  ORDER BY delivery.id DESC LIMIT 1
);
