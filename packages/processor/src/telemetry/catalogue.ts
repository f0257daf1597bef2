/** Every metric the processor has of itself: name, unit, meaning. Names elsewhere are keys of this table. */

/** One counter or gauge of the catalogue. */
export interface MetricDescription {
  /** What is counted or measured, one sentence. */
  readonly description: string;
  /** UCUM unit; `{…}` annotates a count. */
  readonly unit: string;
}

/** Values looked up when metrics are read, by the name they are observed under; exported likewise. */
export const GAUGES = {
  'journal.bytes': { description: 'Bytes the journal takes on disk.', unit: 'By' },
  'consumer.age_seconds': {
    description: 'Age of the oldest record a consumer is not done with, by consumer.',
    unit: 's',
  },
  'process.resident_memory_bytes': { description: 'Resident memory of the process.', unit: 'By' },
  'process.event_loop_delay_seconds': {
    description: 'How late the event loop was, 99th percentile since metrics were read last.',
    unit: 's',
  },
  'process.event_loop_delay_max_seconds': {
    description: 'How late the event loop was at worst since metrics were read last.',
    unit: 's',
  },
} as const satisfies Record<string, MetricDescription>;

/** Name of a gauge of the catalogue. */
export type GaugeName = keyof typeof GAUGES;

/** Counters by the name stages use; exported as `spanguard.<name>`. Labels come from fixed sets. */
export const COUNTERS = {
  'listener.refused': {
    description:
      'Connections and requests refused by what they are, by listener and reason: `tls`, `http1`, `http2`, `not_http`, `timeout`, `host`, `origin`, `connections`; of gRPC also `flood`, `protocol_error`.',
    unit: '{refusal}',
  },
  'listener.failed': {
    description: 'Requests whose handling threw, by listener.',
    unit: '{request}',
  },
  'receiver.requests': {
    description:
      'Export requests answered, by receiver and status: that of HTTP, or the name of the gRPC code.',
    unit: '{request}',
  },
  'receiver.wire_bytes': {
    description: 'Bytes received, as on the wire, by receiver and signal.',
    unit: 'By',
  },
  'intake.items': { description: 'Spans, data points and log records accepted.', unit: '{item}' },
  'intake.bytes': { description: 'Protobuf bytes accepted.', unit: 'By' },
  'intake.refused': { description: 'Batches not accepted, by reason.', unit: '{batch}' },
  'intake.rejected_items': {
    description: 'Records taken out of accepted batches, by reason.',
    unit: '{item}',
  },
  'intake.repaired_texts': {
    description: 'Texts in which what was not UTF-8 became U+FFFD.',
    unit: '{text}',
  },
  'intake.failed': {
    description:
      'Batches in which a stage threw, by stage: `detect` (goes on without facts), `append` (503), `batch` (500).',
    unit: '{batch}',
  },
  'redaction.places': { description: 'Places redacted, by detector.', unit: '{place}' },
  'redaction.failed_closed': {
    description: 'Values replaced whole, at a limit or where judging them threw.',
    unit: '{value}',
  },
  'detection.rows': { description: 'Rows of facts: requests and security events.', unit: '{row}' },
  'detection.dropped': {
    description: 'Rows beyond the limit of a batch, requests before events.',
    unit: '{row}',
  },
  'journal.refused': { description: 'Records that could not be made durable.', unit: '{record}' },
  'journal.damaged': {
    description: 'Stretches of the journal that hold no intact record.',
    unit: '{place}',
  },
  'journal.missing_items': {
    description: 'Items that damage took before a consumer had read them, by consumer.',
    unit: '{item}',
  },
  'journal.dropped_items': {
    description: 'Items dropped at a limit of the journal, by reason.',
    unit: '{item}',
  },
  'journal.cursor_failed': { description: 'Cursors that could not be saved.', unit: '{cursor}' },
  'exporter.items': { description: 'Items a backend took, by exporter.', unit: '{item}' },
  'exporter.rejected_items': {
    description: 'Items a backend rejected in partial success.',
    unit: '{item}',
  },
  'exporter.dead_letter_items': { description: 'Items a backend will never take.', unit: '{item}' },
  'exporter.dead_letter_failed': {
    description: 'Dead letters that could not be kept and are tried again.',
    unit: '{batch}',
  },
  'exporter.failed': {
    description: 'Attempts that failed and are tried again.',
    unit: '{attempt}',
  },
  'exporter.looped': {
    description: 'Exporters stopped since what they send comes back.',
    unit: '{exporter}',
  },
  'correlation.events': { description: 'Rows of facts correlated.', unit: '{row}' },
  'correlation.late': { description: 'Rows too late to count.', unit: '{row}' },
  'correlation.repeated': { description: 'Rows seen before.', unit: '{row}' },
  'correlation.ungrouped': {
    description: 'Times a rule passed by a row that lacks what it groups by.',
    unit: '{row}',
  },
  'correlation.thinned': {
    description: 'Windows that passed their bound: their counts are lower bounds.',
    unit: '{window}',
  },
  'correlation.evicted': { description: 'Entities forgotten at a limit.', unit: '{entity}' },
  'correlation.quarantined': {
    description: 'Rows the rules could not cope with, kept as dead letters.',
    unit: '{row}',
  },
  'consumer.failed': {
    description: 'Times a consumer failed as a whole and went on, by component.',
    unit: '{failure}',
  },
  'process.unhandled': {
    description: 'Errors nobody handled, by component.',
    unit: '{error}',
  },
  'alerts.held': {
    description: 'Alerts beyond the budget of their rule, told together with others, by level.',
    unit: '{alert}',
  },
  'correlation.forgotten_ids': {
    description: 'Rows no longer known, at a limit: sent again they count again.',
    unit: '{row}',
  },
  'alerts.raised': { description: 'Alerts raised, by level.', unit: '{alert}' },
  'alerts.delivered': { description: 'Alerts delivered, by channel.', unit: '{alert}' },
  'alerts.failed': {
    description: 'Attempts to deliver an alert that failed, by channel.',
    unit: '{attempt}',
  },
  'alerts.dead_letters': {
    description: 'Alerts a channel will never take, kept as dead letters.',
    unit: '{alert}',
  },
} as const satisfies Record<string, MetricDescription>;
