// The log's fixed vocabulary: every event that simpost ever logs, by room. A new event is a new line here.

export type LogEvent =
  // daemon
  | "started"
  | "ready"
  | "stopping"
  | "stopped"
  | "reloaded"
  | "reload refused"
  | "config"
  | "node has known holes"
  // store
  | "store opened"
  | "store migrated"
  | "store failing"
  | "store recovered"
  | "pruned"
  | "recovered after a crash"
  // inbox
  | "accepted"
  | "repeated"
  | "rejected"
  | "no route"
  // outbox
  | "sending"
  | "sent on"
  | "moved"
  | "retrying"
  | "failed"
  | "unsure"
  | "expired"
  | "notice"
  // gateways
  | "gateway up"
  | "gateway down"
  | "gateway login refused"
  | "gateway odd answer"
  | "gateway unreadable"
  | "gateway epoch"
  | "port up"
  | "port down"
  | "clock skew"
  | "text in"
  | "ussd"
  // channels
  | "listening"
  | "connection"
  | "connection refused"
  | "auth failed"
  | "mail refused"
  | "relay up"
  | "relay down"
  | "bounce"
  | "channel failing"
  // http
  | "http listening"
  | "http failing"
  // anything that must not happen
  | "bug";
