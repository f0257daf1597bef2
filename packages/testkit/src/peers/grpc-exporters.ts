/**
 * Programs of other languages that export {@link EXPORTED_ITEMS} spans (`span-0` on, with their number as
 * `index`), as many log records (`log-0` on) and a counter `items` of that value over OTLP/gRPC, and end.
 */
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { PEER_VERSIONS, peerCacheFolder } from './peer-cache.ts';
import { findPython } from './python-shop.ts';

/** Spans and log records that each exports. */
export const EXPORTED_ITEMS = 100;

/** Languages whose OpenTelemetry exports so by default, or once it is asked to. */
export const GRPC_EXPORTERS = ['python', 'java'] as const;

/** One of {@link GRPC_EXPORTERS}. */
export type GrpcExporterLanguage = (typeof GRPC_EXPORTERS)[number];

/** Exports everything to a port of this machine; rejects with its output where it fails. */
export type GrpcExporter = (options: {
  readonly port: number;
  /** What the environment says; nothing by default. */
  readonly compression?: 'gzip';
}) => Promise<void>;

const EXPORTING = fileURLToPath(new URL('exporting/', import.meta.url));

/** Where the packages of OpenTelemetry Java belong. */
export function javaFolder(): string {
  return join(peerCacheFolder(), `opentelemetry-java-${PEER_VERSIONS.java}`);
}

/** Whether they are there. */
export function isJavaInstalled(): boolean {
  return existsSync(javaFolder());
}

/** The exporter of a language, or undefined where it is not installed. With CI set it must be. */
export function findGrpcExporter(language: GrpcExporterLanguage): GrpcExporter | undefined {
  const command = { python: pythonCommand, java: javaCommand }[language]();
  if (command === undefined) return undefined;
  const [file, ...args] = command;
  return async ({ port, compression }) => {
    await promisify(execFile)(file, args, {
      env: {
        PATH: process.env['PATH'],
        OTEL_SERVICE_NAME: 'exporting',
        OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${port}`,
        ...(compression !== undefined && { OTEL_EXPORTER_OTLP_COMPRESSION: compression }),
      },
    });
  };
}

type Command = readonly [string, ...string[]];

function pythonCommand(): Command | undefined {
  const python = findPython();
  return python === undefined ? undefined : [python, join(EXPORTING, 'export_over_grpc.py')];
}

function javaCommand(): Command | undefined {
  if (isJavaInstalled()) {
    return ['java', '-cp', join(javaFolder(), '*'), join(EXPORTING, 'ExportOverGrpc.java')];
  }
  const hint = 'OpenTelemetry Java is not installed; run packages/testkit/src/peers/install.ts';
  if (process.env['CI'] !== undefined) throw new Error(hint);
  process.stderr.write(`SKIPPED: ${hint}\n`);
  return undefined;
}
