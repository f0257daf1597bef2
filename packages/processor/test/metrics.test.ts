import { mkdirSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { encodeLogsRequest, encodeTracesRequest, type SpanData } from '@spanguard/otlp';
import { HttpSink, traceRequest } from '@spanguard/testkit';
import {
  eventually,
  postOtlp,
  type RunningProcessor,
  startProcessor,
} from './running-processor.ts';

const START_MS = Date.now();
/** Rows of facts of one batch that are kept. */
const ROWS_MAX = 50_000;

/** Failed logins of one client as our SDK sends them. */
function failedLogins(count: number): Uint8Array {
  return encodeLogsRequest(
    { resource: { 'service.name': 'shop' }, scopeName: 'test' },
    Array.from({ length: count }, (_, index) => ({
      timeMs: START_MS + index,
      severityNumber: 13,
      eventName: 'security.authn_login_fail',
      traceId: (index + 1).toString(16).padStart(32, '0'),
      spanId: (index + 1).toString(16).padStart(16, '0'),
      attributes: { 'client.prefix': '203.0.113.7/32', 'user.id': 'u-1' },
    })),
  );
}

/** Spans of a shop that are alike but for their ids. */
function spans(count: number, span: Pick<SpanData, 'name' | 'kind' | 'attributes'>): Uint8Array {
  return encodeTracesRequest(
    { resource: { 'service.name': 'shop' }, scopeName: 'test' },
    Array.from({ length: count }, (_, index) => ({
      ...span,
      startMs: START_MS - 1,
      endMs: START_MS,
      traceId: (index + 1).toString(16).padStart(32, '0'),
      spanId: (index + 1).toString(16).padStart(16, '0'),
    })),
  );
}

/** Work of its own, of which no rule tells: alerts are items of the backend themselves. */
const NOTED_CARD = {
  name: 'settle',
  kind: 1,
  attributes: { note: 'paid with 4111 1111 1111 1111' },
} as const;

/** A request with three signs of attack: four rows. */
const ATTACK = {
  name: 'GET /s',
  kind: 2,
  attributes: {
    'http.target': "/s?a=<script>alert(1)</script>&b=1' OR '1'='1'--&c=../../../etc/passwd",
  },
} as const;

describe('the metrics of a processor', function () {
  let sink: HttpSink;
  let processor: RunningProcessor;

  before(async () => {
    sink = await HttpSink.listen();
    const folder = mkdtempSync(join(tmpdir(), 'spanguard-metrics-'));
    mkdirSync(join(folder, 'data'), { mode: 0o700 });
    // Where a cursor is written aside there is a folder: it cannot be saved.
    mkdirSync(join(folder, 'data', 'journal', 'exporter-otlp_http.cursor.new'), {
      recursive: true,
      mode: 0o700,
    });
    processor = await startProcessor({ backend: sink.url, webhook: `${sink.url}/hook`, folder });
  });
  after(async () => {
    await processor.program.end('SIGKILL');
    await sink.close();
  });

  /** Waits until a line of the scrape says so. */
  async function shows(line: RegExp): Promise<void> {
    await eventually(String(line), async () =>
      line.test(await (await fetch(`${processor.adminUrl}/metrics`)).text()),
    );
  }
  const counter = (name: string, value: string, label = ''): RegExp =>
    new RegExp(`^spanguard_${name}_total\\{[^}]*${label}[^}]*\\} ${value}\\b`, 'm');

  it('count what is received, refused and redacted', async () => {
    const sent = spans(50, NOTED_CARD);
    await postOtlp(processor.url, 'traces', sent);
    await postOtlp(processor.url, 'traces', Buffer.from([0x0a, 0x05, 0x01]));
    await shows(counter('receiver_requests', '1', 'receiver="otlp_http",status="200"'));
    await shows(counter('receiver_requests', '1', 'receiver="otlp_http",status="400"'));
    await shows(counter('receiver_wire_bytes', String(sent.length + 3), 'signal="traces"'));
    await shows(counter('intake_items', '50'));
    await shows(counter('intake_bytes', String(sent.length)));
    await shows(counter('intake_refused', '1', 'reason="truncated"'));
    await shows(counter('redaction_places', '[1-9]\\d*'));
    await shows(counter('exporter_items', '50'));
  });

  it('count rows of facts, and what a batch has too many of', async () => {
    sink.answer({ status: 503 });
    await postOtlp(processor.url, 'logs', failedLogins(100));
    await shows(counter('detection_rows', '1\\d\\d'));
    await shows(counter('correlation_events', '1\\d\\d'));
    await shows(counter('alerts_raised', '[1-9]\\d*'));
    await postOtlp(processor.url, 'traces', spans(Math.ceil(ROWS_MAX / 3), ATTACK));
    await shows(counter('detection_dropped', '[1-9]\\d*'));
    await shows(counter('correlation_events', '50\\d\\d\\d'));
  });

  it('count attempts that fail, and cursors that cannot be saved', async () => {
    sink.answerByDefault = { status: 503 };
    await postOtlp(processor.url, 'traces', traceRequest({ seed: 2, spans: 1 }));
    await shows(counter('exporter_failed', '[1-9]\\d*', 'kind="later"'));
    await shows(counter('journal_cursor_failed', '[1-9]\\d*'));
  });

  it('show how far behind each consumer is, and how the process is', async () => {
    await shows(
      /^spanguard_consumer_age_seconds\{[^}]*consumer="exporter otlp_http"[^}]*\} (?!0$)/m,
    );
    await shows(/^spanguard_consumer_age_seconds\{[^}]*consumer="channel console"[^}]*\} 0$/m);
    await shows(/^spanguard_consumer_age_seconds\{[^}]*consumer="correlation"[^}]*\} /m);
    for (const gauge of ['lag_records', 'lag_bytes', 'stalled_seconds']) {
      const of = (consumer: string, value: string): RegExp =>
        new RegExp(
          `^spanguard_consumer_${gauge}\\{[^}]*consumer="${consumer}"[^}]*\\} ${value}`,
          'm',
        );
      await shows(of('exporter otlp_http', '(?!0$)'));
      await shows(of('channel console', '0$'));
    }
    await shows(/^spanguard_process_resident_memory_bytes\{[^}]*\} [1-9]\d{6,}/m);
    await shows(/^spanguard_process_event_loop_delay_seconds\{[^}]*\} \d/m);
    await shows(/^spanguard_process_event_loop_delay_max_seconds\{[^}]*\} \d/m);
    await shows(/^spanguard_journal_bytes\{[^}]*\} [1-9]/m);
  });
});
