-- The first schema. Times are UTC milliseconds; JSON where said.

CREATE TABLE message (
  n INTEGER PRIMARY KEY,
  id TEXT NOT NULL UNIQUE,
  at INTEGER NOT NULL,
  via TEXT, -- who wrote it; null: the bridge itself (a notice)
  address TEXT,
  user TEXT,
  text TEXT NOT NULL,
  ref TEXT,
  origin TEXT NOT NULL, -- JSON object
  notice TEXT, -- kind of a notice, the message it is about, and the deliveries (JSON array)
  notice_of TEXT,
  about TEXT
) STRICT;
CREATE INDEX message_notice ON message (notice_of, notice) WHERE notice_of IS NOT NULL;

CREATE TABLE thread (
  id INTEGER PRIMARY KEY,
  phone TEXT NOT NULL,
  gateway TEXT, -- the SIM; null: not yet known
  port INTEGER,
  wrote_via TEXT,
  wrote_address TEXT,
  wrote_user TEXT,
  wrote_at INTEGER,
  active INTEGER NOT NULL -- when anything was last said in it, either way
) STRICT;

-- What is known of a phone, all side by side: a text to it touches one page, however many phones there are.
-- kind 0, who takes part in a thread: `what` is a user's name, or "via:address" of a party; `at`: when last.
-- kind 1, the thread's SIM: "gateway:port", "gateway:", or "" while it is not known; `at`: when somebody last wrote to the phone (0: never).
-- kind 2, an upstream id that was said in a thread.
-- kind 3, the key of a delivery that must not be repeated; `number`: that delivery; `at`: when it was accepted.
CREATE TABLE known (
  phone TEXT NOT NULL,
  kind INTEGER NOT NULL,
  what TEXT NOT NULL,
  number INTEGER NOT NULL, -- the thread
  at INTEGER NOT NULL,
  PRIMARY KEY (phone, kind, what, number)
) STRICT, WITHOUT ROWID;

-- Upstream ids of what was said in a thread. `delivery`: the one that an id came with; it gives the order.
CREATE TABLE ref (
  thread INTEGER NOT NULL,
  via TEXT NOT NULL,
  delivery INTEGER NOT NULL,
  ref TEXT NOT NULL,
  PRIMARY KEY (thread, via, delivery)
) STRICT, WITHOUT ROWID;

-- stage: 0 ready (may be claimed), 1 delayed (until due), 2 behind (an earlier one of its line is still open): these three are "queued";
-- 3 sending, 4 unsure, 5 accepted, 6 accepted for good (nothing more is expected: no due, no deadline), 7 sent, 8 delivered, 9 failed.
-- In one line at most one is ready or delayed, and none while one is sending or unsure.
CREATE TABLE delivery (
  id INTEGER PRIMARY KEY AUTOINCREMENT CHECK (id BETWEEN 1 AND 2147483647),
  message TEXT NOT NULL,
  thread INTEGER NOT NULL,
  via TEXT NOT NULL,
  address TEXT NOT NULL,
  text TEXT NOT NULL,
  parts INTEGER NOT NULL,
  priority INTEGER NOT NULL,
  stage INTEGER NOT NULL,
  attempts INTEGER NOT NULL,
  due INTEGER,
  deadline INTEGER,
  expires INTEGER NOT NULL,
  gateway TEXT,
  port INTEGER,
  sent_at INTEGER,
  track TEXT,
  ref TEXT,
  error TEXT,
  warned INTEGER NOT NULL,
  notify TEXT NOT NULL, -- comma between
  pool TEXT NOT NULL, -- who may claim it now
  line TEXT, -- null: waits for nobody
  follows INTEGER NOT NULL, -- 1: its pool follows its thread's SIM
  pin_gateway TEXT, -- the SIM that was asked for
  pin_port INTEGER,
  once TEXT,
  node TEXT -- who claimed it last
) STRICT;
-- Ids start anywhere in 1 .. 2^30: a gateway remembers the numbers it was given, and must not take those of a fresh store for
-- those of an earlier one. At least 2^30 are left before 2^31-1.
INSERT INTO sqlite_sequence (name, seq) VALUES ('delivery', abs(random() % 1073741824));

CREATE INDEX delivery_message ON delivery (message);
CREATE INDEX delivery_thread ON delivery (thread);
CREATE INDEX delivery_ready ON delivery (pool, priority, id) WHERE stage = 0;
CREATE INDEX delivery_delayed ON delivery (pool, due) WHERE stage = 1;
CREATE INDEX delivery_wake ON delivery (due) WHERE stage = 1;
CREATE INDEX delivery_line ON delivery (line, stage, priority, id, thread) WHERE stage <= 5 AND line IS NOT NULL;
CREATE INDEX delivery_claimed ON delivery (node) WHERE stage = 3;
CREATE INDEX delivery_open ON delivery (gateway, due) WHERE stage >= 4 AND stage <= 7 AND due IS NOT NULL;
CREATE INDEX delivery_listed ON delivery (gateway, sent_at) WHERE stage >= 7 AND stage <= 8;
CREATE INDEX delivery_deadline ON delivery (deadline) WHERE deadline IS NOT NULL;

-- How many deliveries are in each state, so that nobody has to count them.
CREATE TABLE depth (
  state TEXT PRIMARY KEY,
  n INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- Texts that left through each SIM, by the day since 1970. port -1: the gateway has not said which.
CREATE TABLE usage (
  day INTEGER NOT NULL,
  gateway TEXT NOT NULL,
  port INTEGER NOT NULL,
  texts INTEGER NOT NULL,
  PRIMARY KEY (day, gateway, port)
) STRICT, WITHOUT ROWID;

-- Texts that each user sent, by the hour since 1970.
CREATE TABLE quota (
  user TEXT NOT NULL,
  hour INTEGER NOT NULL,
  texts INTEGER NOT NULL,
  PRIMARY KEY (user, hour)
) STRICT, WITHOUT ROWID;

CREATE TABLE cursor (
  gateway TEXT PRIMARY KEY,
  cursor TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- Texts ever taken from a gateway's inbox: n equal ones; `counted` of them in the scan under way.
CREATE TABLE seen (
  gateway TEXT NOT NULL,
  print TEXT NOT NULL,
  n INTEGER NOT NULL,
  scan TEXT,
  counted INTEGER NOT NULL,
  at INTEGER NOT NULL,
  PRIMARY KEY (gateway, print)
) STRICT, WITHOUT ROWID;
CREATE INDEX seen_at ON seen (at);

-- Answers that could not be read, for the operator.
CREATE TABLE unread (
  n INTEGER PRIMARY KEY,
  gateway TEXT NOT NULL,
  hash TEXT NOT NULL,
  raw TEXT NOT NULL,
  at INTEGER NOT NULL,
  UNIQUE (gateway, hash)
) STRICT;

CREATE TABLE lease (
  name TEXT PRIMARY KEY,
  node TEXT NOT NULL,
  until INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE probe (
  n INTEGER PRIMARY KEY,
  times INTEGER NOT NULL
) STRICT;
INSERT INTO probe VALUES (1, 0);
