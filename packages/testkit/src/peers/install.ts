/**
 * Gets the real counterparts of the tests, where they are missing: with Go the OpenTelemetry Collector
 * from a manifest of ours (about 2 minutes), Jaeger from its module (about 6 minutes) and grpcurl; with
 * pip OpenTelemetry Python, with Maven OpenTelemetry Java.
 */
import { spawnSync } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { COLLECTOR_MANIFEST } from './collector-manifest.ts';
import { isJavaInstalled, javaFolder } from './grpc-exporters.ts';
import { PEER_VERSIONS, type PeerName, peerBinary } from './peer-cache.ts';
import { isPythonInstalled, PYTHON_REQUIREMENTS, pythonFolder } from './python-shop.ts';

const BUILDERS: Readonly<Record<PeerName, (folder: string) => string>> = {
  otelcol: buildCollector,
  jaeger: buildJaeger,
  grpcurl: buildGrpcurl,
};

for (const name of ['otelcol', 'jaeger', 'grpcurl'] as const) install(name);
installPython();
installJava();

function install(name: PeerName): void {
  const target = peerBinary(name);
  if (existsSync(target)) {
    say(`${name} ${PEER_VERSIONS[name]} is there`);
    return;
  }
  const folder = mkdtempSync(join(tmpdir(), `build-${name}-`));
  const start = performance.now();
  say(`building ${name} ${PEER_VERSIONS[name]} ...`);
  try {
    const binary = BUILDERS[name](folder);
    mkdirSync(dirname(target), { recursive: true });
    cpSync(binary, target);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  say(`${name} built in ${Math.round((performance.now() - start) / 1000)} s`);
}

/** Made in its place, since an environment cannot be moved; one that is half made is made again. */
function installPython(): void {
  if (isPythonInstalled()) {
    say('OpenTelemetry Python is there');
    return;
  }
  const folder = pythonFolder();
  say('installing OpenTelemetry Python ...');
  run('python3', ['-m', 'venv', '--clear', folder], { cwd: tmpdir() });
  const pip = ['install', '--quiet', '--disable-pip-version-check', '-r', PYTHON_REQUIREMENTS];
  run(join(folder, 'bin', 'pip'), pip, { cwd: tmpdir() });
}

/** Fetched aside and moved in one step, so that what is there is whole. */
function installJava(): void {
  if (isJavaInstalled()) {
    say('OpenTelemetry Java is there');
    return;
  }
  say('fetching OpenTelemetry Java ...');
  const folder = `${javaFolder()}.new`;
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'pom.xml'), javaPom());
  const goal = ['-q', '-B', 'dependency:copy-dependencies', '-DoutputDirectory=.'];
  run('mvn', goal, { cwd: folder });
  renameSync(folder, javaFolder());
}

function javaPom(): string {
  const dependencies = ['opentelemetry-sdk-extension-autoconfigure', 'opentelemetry-exporter-otlp'];
  return `<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  <groupId>peers</groupId><artifactId>peers</artifactId><version>0</version>
  <dependencies>${dependencies
    .map(
      (name) =>
        `<dependency><groupId>io.opentelemetry</groupId><artifactId>${name}</artifactId>` +
        `<version>${PEER_VERSIONS.java}</version></dependency>`,
    )
    .join('')}</dependencies>
</project>`;
}

function buildCollector(folder: string): string {
  const version = PEER_VERSIONS.otelcol;
  go(['install', `go.opentelemetry.io/collector/cmd/builder@v${version}`], folder, {
    GOBIN: folder,
  });
  writeFileSync(join(folder, 'manifest.yaml'), COLLECTOR_MANIFEST);
  run(join(folder, 'builder'), ['--config', 'manifest.yaml'], { cwd: folder });
  return join(folder, 'otelcol', 'otelcol');
}

function buildGrpcurl(folder: string): string {
  const module = `github.com/fullstorydev/grpcurl/cmd/grpcurl@v${PEER_VERSIONS.grpcurl}`;
  go(['install', module], folder, { GOBIN: folder });
  return join(folder, 'grpcurl');
}

/** Jaeger's go.mod has replace lines, which `go install` refuses: it is built in a copy of its source. */
function buildJaeger(folder: string): string {
  const module = `github.com/jaegertracing/jaeger@v${PEER_VERSIONS.jaeger}`;
  const { Dir: source } = JSON.parse(go(['mod', 'download', '-json', module], folder)) as {
    Dir: string;
  };
  const copy = join(folder, 'source');
  cpSync(source, copy, { recursive: true });
  run('chmod', ['-R', 'u+w', copy], { cwd: folder });
  const binary = join(folder, 'jaeger');
  go(['build', '-trimpath', '-ldflags', '-s -w', '-o', binary, './cmd/jaeger'], copy);
  return binary;
}

function go(args: readonly string[], cwd: string, env: Record<string, string> = {}): string {
  return run('go', args, { cwd, env });
}

interface RunOptions {
  readonly cwd: string;
  readonly env?: Record<string, string>;
}

function run(file: string, args: readonly string[], { cwd, env = {} }: RunOptions): string {
  const result = spawnSync(file, args, {
    cwd,
    env: { ...process.env, ...env },
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
  });
  if (result.error !== undefined) throw result.error;
  if (result.status === 0) return result.stdout;
  throw new Error(`${file} ${args.join(' ')} failed:\n${result.stderr.slice(-4000)}`);
}

function say(text: string): void {
  process.stderr.write(`peers: ${text}\n`);
}
