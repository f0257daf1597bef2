/** What happens to telemetry on its way in and out. */
import { request } from 'node:http';
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { encodeExportResponse, encodeLogsRequest } from '@spanguard/otlp';
import { decodeRequest, encodeRequest, HttpSink, traceRequest } from '@spanguard/testkit';
import { postOtlp } from '../running-processor.ts';
import type { Scenario } from './scenario.ts';

const START_MS = Date.UTC(2026, 0, 1);
const PROTOBUF = { 'content-type': 'application/x-protobuf' };
/** A mark is sent with this request of a signal, or earlier. */
const MARKED_REQUEST = 16;

/** Spans of which one has an id of a wrong length, and one a name that is not UTF-8. */
function mendableSpans(): Uint8Array {
  const [resource] =
    decodeRequest('traces', traceRequest({ seed: 9, spans: 1 })).resourceSpans ?? [];
  const [span] = resource?.scopeSpans?.[0]?.spans ?? [];
  const spans = [
    { ...span, traceId: Uint8Array.of(1, 2) },
    { ...span, name: 'AB' },
  ];
  const bytes = encodeRequest('traces', { resourceSpans: [{ scopeSpans: [{ spans }] }] });
  bytes[Buffer.from(bytes).lastIndexOf('AB')] = 0xff;
  return bytes;
}

/** A request whose `Host` is a stranger's. */
function strangeRequest(url: string): Promise<void> {
  return new Promise((resolve) => {
    const { port } = new URL(url);
    const headers = { ...PROTOBUF, host: 'evil.example' };
    request({ port, path: '/v1/traces', method: 'POST', headers }, (response) => {
      response.resume();
      response.on('end', resolve);
    }).end();
  });
}

/** More secrets than a batch may have edits. */
function secretLogs(): Uint8Array {
  return encodeLogsRequest(
    { resource: {}, scopeName: 'test' },
    Array.from({ length: 7000 }, () => ({
      timeMs: START_MS,
      severityNumber: 9,
      body: 'token=abcdefgh '.repeat(40),
    })),
  );
}

function exporterTo({ url }: HttpSink): string {
  return `exporters: { otlp_http: { endpoint: "${url}", compression: none, concurrency: 1 } }`;
}

const spans = (seed: number): Uint8Array => traceRequest({ seed, spans: 2 });

/** In the order data walks. */
export const TELEMETRY_SCENARIOS: readonly Scenario[] = [
  {
    name: 'requests that are taken, mended, redacted, refused, and delivered',
    moves: [
      ...(['receiver.requests', 'receiver.wire_bytes', 'listener.refused'] as const),
      ...(['intake.items', 'intake.bytes', 'intake.refused'] as const),
      ...(['intake.rejected_items', 'intake.repaired_texts'] as const),
      ...(['redaction.places', 'exporter.items'] as const),
    ],
    happen: async ({ run }) => {
      const sink = await HttpSink.listen();
      sink.answerByDefault = { status: 200, headers: PROTOBUF };
      const processor = await run(exporterTo(sink));
      await postOtlp(processor.url, 'traces', traceRequest({ seed: 1, spans: 20, secretShare: 1 }));
      await postOtlp(processor.url, 'traces', Buffer.from([0x0a, 0x05, 0x01]));
      await postOtlp(processor.url, 'traces', mendableSpans());
      await strangeRequest(processor.url);
      await processor.reaches('exporter.items', 21);
      await sink.close();
    },
  },
  {
    name: 'a batch with more to redact than there may be',
    moves: ['redaction.failed_closed'],
    happen: async ({ run }) => {
      const processor = await run();
      await postOtlp(processor.url, 'logs', secretLogs());
    },
  },
  {
    name: 'a backend that is away, rejects a part, and refuses for good',
    moves: ['exporter.failed', 'exporter.rejected_items', 'exporter.dead_letter_items'],
    happen: async ({ run }) => {
      const sink = await HttpSink.listen();
      const partial = Buffer.from(encodeExportResponse({ rejected: 1, message: 'too old' }));
      sink.answer({ status: 503 }, { status: 200, headers: PROTOBUF, body: partial });
      sink.answerByDefault = { status: 400 };
      const processor = await run(exporterTo(sink));
      await postOtlp(processor.url, 'traces', spans(1));
      await processor.reaches('exporter.rejected_items');
      await postOtlp(processor.url, 'traces', spans(2));
      await processor.reaches('exporter.dead_letter_items', 2);
      await sink.close();
    },
  },
  {
    name: 'dead letters that there is no room for',
    moves: ['exporter.dead_letter_failed', 'journal.refused'],
    happen: async ({ run }) => {
      const sink = await HttpSink.listen();
      sink.answerByDefault = { status: 400 };
      const processor = await run(exporterTo(sink));
      rmSync(join(processor.data, 'dead-letters'), { recursive: true });
      await postOtlp(processor.url, 'traces', spans(1));
      await processor.reaches('exporter.dead_letter_failed');
      await sink.close();
    },
  },
  {
    name: 'an exporter whose telemetry comes back',
    moves: ['exporter.looped'],
    happen: async ({ run }) => {
      const sink = await HttpSink.listen();
      sink.answerByDefault = { status: 200, headers: PROTOBUF };
      const processor = await run(exporterTo(sink));
      for (let sent = 1; sent <= MARKED_REQUEST; sent += 1) {
        await postOtlp(processor.url, 'traces', spans(sent));
        await processor.reaches('exporter.items', 2 * sent);
      }
      for (const { body } of [...sink.requests]) await postOtlp(processor.url, 'traces', body);
      await processor.reaches('exporter.looped');
      await sink.close();
    },
  },
  {
    name: 'more files than an exporter may keep',
    moves: ['exporter.gave_up'],
    happen: async ({ run, folder }) => {
      const bounds = 'files_max: 2, file_bytes_max: 1MiB, compression: none';
      const processor = await run(`exporters: { file: { folder: "${folder}/files", ${bounds} } }`);
      for (let sent = 1; sent <= 3; sent += 1) {
        await postOtlp(processor.url, 'traces', traceRequest({ seed: sent, spans: 1000 }));
        await processor.reaches('exporter.items', 1000 * sent);
      }
      await processor.reaches('exporter.gave_up');
    },
  },
  {
    name: 'a journal that is damaged before an exporter has read it',
    moves: ['journal.damaged', 'journal.missing_items'],
    happen: async ({ run }) => {
      const sink = await HttpSink.listen();
      sink.answerByDefault = { status: 503 };
      const before = await run(exporterTo(sink));
      for (let sent = 1; sent <= 3; sent += 1) await postOtlp(before.url, 'traces', spans(sent));
      await before.stop();
      const segments = join(before.data, 'journal');
      const [segment = ''] = readdirSync(segments).filter((name) => name.endsWith('.journal'));
      const bytes = readFileSync(join(segments, segment));
      bytes.fill(0xff, Math.floor(bytes.length * 0.4), Math.floor(bytes.length * 0.6));
      writeFileSync(join(segments, segment), bytes);
      sink.answerByDefault = { status: 200, headers: PROTOBUF };
      const after = await run(exporterTo(sink));
      await after.reaches('journal.missing_items');
      await sink.close();
    },
  },
  {
    name: 'a cursor that cannot be saved',
    moves: ['journal.cursor_failed'],
    happen: async ({ run, folder }) => {
      const sink = await HttpSink.listen();
      sink.answerByDefault = { status: 200, headers: PROTOBUF };
      // Where it is written aside there is a folder.
      const aside = join(folder, 'data', 'journal', 'exporter-otlp_http.cursor.new');
      mkdirSync(join(folder, 'data'), { mode: 0o700 });
      mkdirSync(aside, { recursive: true, mode: 0o700 });
      const processor = await run(exporterTo(sink));
      await postOtlp(processor.url, 'traces', spans(1));
      await processor.reaches('journal.cursor_failed');
      await sink.close();
    },
  },
];
