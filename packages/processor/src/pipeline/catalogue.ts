/** Every metric the processor has of itself: name, unit, meaning. Names elsewhere are keys of this table. */

/** One counter or gauge of the catalogue. */
export interface MetricDescription {
  /** What is counted or measured, one sentence. */
  readonly description: string;
  /** UCUM unit; `{…}` annotates a count. */
  readonly unit: string;
}

/** A counter, and what its values are told apart by: labels from fixed sets, never from outside. */
export interface CounterDescription extends MetricDescription {
  readonly labels: readonly string[];
}

/** Values looked up when metrics are read, by the name they are observed under; exported likewise. */
export const GAUGES = {
  'journal.bytes': { description: 'Bytes the journal takes on disk.', unit: 'By' },
  'consumer.age_seconds': {
    description: 'Age of the oldest record a consumer is not done with, by consumer.',
    unit: 's',
  },
  'consumer.lag_records': {
    description: 'Records of its journal that a consumer is not done with, by consumer.',
    unit: '{record}',
  },
  'consumer.lag_bytes': {
    description: 'The same, in bytes on disk.',
    unit: 'By',
  },
  'consumer.stalled_seconds': {
    description: 'How long a consumer has not moved although something is there, by consumer.',
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
    labels: ['listener', 'reason'],
  },
  'listener.failed': {
    description: 'Requests whose handling threw, by listener.',
    unit: '{request}',
    labels: ['listener'],
  },
  'receiver.requests': {
    description:
      'Export requests answered, by receiver and status: that of HTTP, or the name of the gRPC code.',
    unit: '{request}',
    labels: ['receiver', 'status'],
  },
  'receiver.wire_bytes': {
    description: 'Bytes received, as on the wire, by receiver and signal.',
    unit: 'By',
    labels: ['receiver', 'signal'],
  },
  'intake.items': {
    description: 'Spans, data points and log records accepted.',
    unit: '{item}',
    labels: ['signal'],
  },
  'intake.bytes': { description: 'Protobuf bytes accepted.', unit: 'By', labels: ['signal'] },
  'intake.refused': {
    description: 'Batches not accepted, by reason.',
    unit: '{batch}',
    labels: ['reason'],
  },
  'intake.rejected_items': {
    description: 'Records taken out of accepted batches, by reason.',
    unit: '{item}',
    labels: ['signal', 'reason'],
  },
  'intake.repaired_texts': {
    description: 'Texts in which what was not UTF-8 became U+FFFD.',
    unit: '{text}',
    labels: ['signal'],
  },
  'intake.failed': {
    description:
      'Batches in which a stage threw, by stage: `detect` (goes on without facts), `append` (503), `batch` (500).',
    unit: '{batch}',
    labels: ['stage'],
  },
  'redaction.places': {
    description: 'Places redacted, by detector.',
    unit: '{place}',
    labels: ['detector'],
  },
  'redaction.failed_closed': {
    description: 'Values replaced whole, at a limit or where judging them threw.',
    unit: '{value}',
    labels: [],
  },
  'detection.rows': {
    description: 'Rows of facts: requests and security events.',
    unit: '{row}',
    labels: [],
  },
  'detection.dropped': {
    description: 'Rows beyond the limit of a batch, requests before events.',
    unit: '{row}',
    labels: [],
  },
  'detection.unread': {
    description:
      'Log records whose body is an object too large to be read for requests and logins.',
    unit: '{record}',
    labels: [],
  },
  'journal.refused': {
    description: 'Records that could not be made durable.',
    unit: '{record}',
    labels: ['reason'],
  },
  'journal.damaged': {
    description: 'Stretches of the journal that hold no intact record.',
    unit: '{place}',
    labels: [],
  },
  'journal.missing_items': {
    description: 'Items that damage took before a consumer had read them, by consumer.',
    unit: '{item}',
    labels: ['consumer'],
  },
  'journal.dropped_items': {
    description: 'Items dropped at a limit of the journal, by reason.',
    unit: '{item}',
    labels: ['reason'],
  },
  'journal.cursor_failed': {
    description: 'Cursors that could not be saved.',
    unit: '{cursor}',
    labels: [],
  },
  'exporter.items': {
    description: 'Items a backend took, by exporter.',
    unit: '{item}',
    labels: ['exporter'],
  },
  'exporter.rejected_items': {
    description: 'Items a backend rejected in partial success.',
    unit: '{item}',
    labels: ['exporter'],
  },
  'exporter.dead_letter_items': {
    description: 'Items a backend will never take.',
    unit: '{item}',
    labels: ['exporter'],
  },
  'exporter.dead_letter_failed': {
    description: 'Dead letters that could not be kept and are tried again.',
    unit: '{batch}',
    labels: ['exporter'],
  },
  'exporter.failed': {
    description: 'Attempts that failed and are tried again.',
    unit: '{attempt}',
    labels: ['exporter', 'kind'],
  },
  'exporter.looped': {
    description: 'Exporters stopped since what they send comes back.',
    unit: '{exporter}',
    labels: ['exporter'],
  },
  'exporter.gave_up': {
    description: 'What an exporter let go of at a bound of its own, by exporter and bound.',
    unit: '{thing}',
    labels: ['exporter', 'bound'],
  },
  'correlation.events': {
    description: 'Rows of facts correlated.',
    unit: '{row}',
    labels: [],
  },
  'correlation.late': {
    description: 'Rows too late to count.',
    unit: '{row}',
    labels: [],
  },
  'correlation.repeated': {
    description: 'Rows seen before.',
    unit: '{row}',
    labels: [],
  },
  'correlation.ungrouped': {
    description: 'Times a rule passed by a row that lacks what it groups by.',
    unit: '{row}',
    labels: [],
  },
  'correlation.thinned': {
    description: 'Windows that passed their bound: their counts are lower bounds.',
    unit: '{window}',
    labels: [],
  },
  'correlation.evicted': {
    description: 'Entities forgotten at a limit.',
    unit: '{entity}',
    labels: [],
  },
  'correlation.quarantined': {
    description: 'Rows the rules could not cope with, kept as dead letters.',
    unit: '{row}',
    labels: [],
  },
  'analysis.waiting': {
    description: 'Times correlation waited, since what runs the rules was behind.',
    unit: '{wait}',
    labels: [],
  },
  'consumer.thread_ended': {
    description:
      'Times the thread a consumer works in ended and was begun again, by component and reason: it died, or hung and was ended.',
    unit: '{end}',
    labels: ['component', 'reason'],
  },
  'consumer.failed': {
    description: 'Times a consumer failed and went on, by component.',
    unit: '{failure}',
    labels: ['component'],
  },
  'consumer.quarantined': {
    description:
      'Records a consumer failed on again and again, kept as dead letters, by component.',
    unit: '{record}',
    labels: ['component'],
  },
  'consumer.stalled': {
    description: 'Times a consumer did not move for a minute although something was there.',
    unit: '{stall}',
    labels: ['component'],
  },
  'process.unhandled': {
    description: 'Errors nobody handled, by component.',
    unit: '{error}',
    labels: ['component'],
  },
  'alerts.held': {
    description: 'Alerts beyond the budget of their rule, told together with others, by level.',
    unit: '{alert}',
    labels: ['level'],
  },
  'correlation.forgotten_ids': {
    description: 'Rows no longer known, at a limit: sent again they count again.',
    unit: '{row}',
    labels: [],
  },
  'alerts.raised': { description: 'Alerts raised, by level.', unit: '{alert}', labels: ['level'] },
  'alerts.delivered': {
    description: 'Alerts delivered, by channel.',
    unit: '{alert}',
    labels: ['channel'],
  },
  'alerts.failed': {
    description: 'Attempts to deliver an alert that failed, by channel.',
    unit: '{attempt}',
    labels: ['channel'],
  },
  'alerts.dead_letters': {
    description: 'Alerts a channel will never take, kept as dead letters.',
    unit: '{alert}',
    labels: ['channel'],
  },
  'inventory.requests': {
    description: 'Requests that the inventory looked at.',
    unit: '{request}',
    labels: [],
  },
  'inventory.unplaced': {
    description: 'Requests of no endpoint: not found, or refused and never answered, or no path.',
    unit: '{request}',
    labels: [],
  },
  'inventory.refused': {
    description: 'Requests whose endpoint would have been one more than `endpoints_max`.',
    unit: '{request}',
    labels: [],
  },
  'inventory.learned': {
    description: 'Endpoints that turned out to be one with others, and were merged.',
    unit: '{endpoint}',
    labels: [],
  },
  'inventory.clipped': {
    description:
      'Times an endpoint had no room for one more name: a host, a parameter, a status, ...',
    unit: '{name}',
    labels: [],
  },
  'inventory.evicted': {
    description: 'Endpoints that left memory at its limit; they stay in the store.',
    unit: '{endpoint}',
    labels: [],
  },
  'inventory.expired': {
    description: 'Endpoints forgotten since they were not asked for for long.',
    unit: '{endpoint}',
    labels: [],
  },
  'inventory.unreadable': {
    description: 'Sections of facts that could not be read.',
    unit: '{section}',
    labels: [],
  },
  'inventory.waiting': {
    description: 'Times the inventory waited, since what keeps it was behind.',
    unit: '{wait}',
    labels: [],
  },
  'posture.opened': {
    description: 'Findings opened, or opened again.',
    unit: '{finding}',
    labels: [],
  },
  'posture.closed': {
    description: 'Findings closed since their cause is gone.',
    unit: '{finding}',
    labels: [],
  },
  'store.failed': {
    description: 'Savings to the store that failed, and are tried again.',
    unit: '{saving}',
    labels: [],
  },
} as const satisfies Record<string, CounterDescription>;

/** Name of a counter of the catalogue. */
export type CounterName = keyof typeof COUNTERS;

/** All of them. */
export const COUNTER_NAMES = Object.keys(COUNTERS) as readonly CounterName[];

/** What a counter is told apart by. */
export type LabelsOf<N extends CounterName> = Readonly<
  Record<(typeof COUNTERS)[N]['labels'][number], string>
>;
