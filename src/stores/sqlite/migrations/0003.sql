-- Looking back: what became of each delivery, conversations by their last word, figures by the hour, and where in the past to look for what.

-- Steps, one a line, oldest first: see history.ts. Written in the very statement that moves the row.
ALTER TABLE delivery ADD COLUMN history TEXT NOT NULL DEFAULT '';

CREATE INDEX thread_active ON thread (active);

-- What failed is rare, and asked for often.
CREATE INDEX delivery_failed ON delivery (stage) WHERE stage = 9;

-- Who takes part in which conversations: the same as `known` of kind 0, but what belongs to conversations of about the same age lies side
-- by side. An index by name would touch a page for each name, wherever that lies.
CREATE TABLE part (
  block INTEGER NOT NULL, -- thread >> 8
  what TEXT NOT NULL,
  thread INTEGER NOT NULL,
  PRIMARY KEY (block, what, thread)
) STRICT, WITHOUT ROWID;
INSERT INTO part SELECT number >> 8, what, number FROM known WHERE kind = 0 ORDER BY 1, 2, 3;

-- What went through each gateway in each hour since 1970. gateway "*": texts that failed before one was chosen.
CREATE TABLE figures (
  hour INTEGER NOT NULL,
  gateway TEXT NOT NULL,
  sent INTEGER NOT NULL,
  parts INTEGER NOT NULL,
  delivered INTEGER NOT NULL,
  failed INTEGER NOT NULL,
  received INTEGER NOT NULL,
  latency INTEGER NOT NULL, -- milliseconds, summed up
  PRIMARY KEY (hour, gateway)
) STRICT, WITHOUT ROWID;

-- Deliveries by blocks of 256 ids: how many are in each state. A search passes over the blocks that hold nothing for it. Cheaper than
-- indexes: one row for all that a transaction moves.
CREATE TABLE block (
  id INTEGER PRIMARY KEY, -- delivery id >> 8
  queued INTEGER NOT NULL,
  sending INTEGER NOT NULL,
  accepted INTEGER NOT NULL,
  sent INTEGER NOT NULL,
  delivered INTEGER NOT NULL,
  unsure INTEGER NOT NULL,
  failed INTEGER NOT NULL
) STRICT;

-- What some delivery of a block has, or had. kind 0: its message was accepted in this slot (ten minutes since 1970); kind 1: this
-- gateway; kind 2: 'in', a text that a phone wrote, or 'out', a text to a phone.
CREATE TABLE mark (
  block INTEGER NOT NULL,
  kind INTEGER NOT NULL,
  what ANY NOT NULL,
  PRIMARY KEY (block, kind, what)
) STRICT, WITHOUT ROWID;

INSERT INTO block SELECT id >> 8, sum(stage <= 2), sum(stage = 3), sum(stage IN (5, 6)), sum(stage = 7), sum(stage = 8), sum(stage = 4), sum(stage = 9)
  FROM delivery GROUP BY id >> 8;
INSERT OR IGNORE INTO mark SELECT delivery.id >> 8, 0, message.at / 600000 FROM delivery CROSS JOIN message ON message.id = delivery.message;
INSERT OR IGNORE INTO mark SELECT id >> 8, 1, gateway FROM delivery WHERE gateway IS NOT NULL;
INSERT OR IGNORE INTO mark SELECT id >> 8, 2, 'out' FROM delivery WHERE follows = 1;
INSERT OR IGNORE INTO mark SELECT delivery.id >> 8, 2, 'in' FROM delivery CROSS JOIN message ON message.id = delivery.message
  WHERE follows = 0 AND message.via IS NOT NULL AND message.user IS NULL;
INSERT OR IGNORE INTO mark SELECT delivery.id >> 8, 1, message.via FROM delivery CROSS JOIN message ON message.id = delivery.message
  WHERE follows = 0 AND message.via IS NOT NULL AND message.user IS NULL;
