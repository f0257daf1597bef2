/**
 * `npm run demo`: the processor on embedded defaults, the shop under the register hook, attacks over real
 * HTTP. Ends with exit code 0 only if every staged attack was told and nothing else.
 * `--keep` leaves everything running; `--crash` kills the processor in the middle and starts it again;
 * OTEL_EXPORTER_OTLP_ENDPOINT sends the redacted result on to a backend.
 */
import { parseArgs } from 'node:util';
import { openEdge } from './edge.mjs';
import { leftovers, maskedPlaces } from './masking.mjs';
import { startProcessor, startShop } from './programs.mjs';
import { say } from './say.mjs';
import { acts, visitor } from './traffic.mjs';
import { sendUnmaskedTelemetry } from './unmasked-service.mjs';
import { Verdict } from './verdict.mjs';

const { values: options } = parseArgs({
  options: { keep: { type: 'boolean' }, crash: { type: 'boolean' } },
});

/** How long the last alerts may take; they usually take well under a second. */
const PATIENCE_MS = 15_000;
/** How long to listen on for alerts that should not come. */
const SILENCE_MS = 2500;

const verdict = new Verdict();
let processor = await startProcessor({ onAlert: (alert) => verdict.told(alert) }).catch(giveUp);
const shop = await startShop();
const edge = openEdge({ port: shop.port });
const visit = visitor(edge);
let failed = true;
try {
  say.title('The demonstration');
  say.line(`processor   receives OTLP on 127.0.0.1:4318 (gRPC: 4317), keeps ${processor.folder}`);
  say.line(`shop        runs under --import @spanguard/register on http://127.0.0.1:${shop.port}`);

  say.title('What happens');
  for (const [index, act] of acts(visit).entries()) {
    say.line(`${act.alerts.length === 0 ? 'ordinary' : 'attack  '}    ${act.title}`);
    verdict.expect(act.alerts);
    await act.play();
    if (options.crash && index === 3) {
      say.line('crash       the processor is killed (kill -9) and started again');
      processor = await processor.killAndRestart();
    }
  }
  say.line('telemetry   a service in another language sends spans and logs that nobody masked');
  await sendUnmaskedTelemetry();
  await verdict.complete({ patienceMs: PATIENCE_MS, silenceMs: SILENCE_MS });

  say.title('What was masked');
  for (const [detector, places] of await maskedPlaces())
    say.line(`${String(places).padStart(5)}  ${detector}`);
  const found = leftovers(processor.folder);
  say.line(
    `planted secrets found in ${processor.folder}: ${found.length === 0 ? 'none' : found.join(', ')}`,
  );

  say.title('What was told');
  verdict.report();
  failed = !verdict.right || found.length > 0;

  const { file, mostAtRisk } = await processor.report();

  say.title('Where to look');
  say.line(`alerts and redacted telemetry   ${processor.folder}`);
  say.line('health and metrics              http://127.0.0.1:13133/readyz  /metrics');
  say.line('in Jaeger or Grafana            start one that takes OTLP on port 14318, then run');
  say.line('    OTEL_EXPORTER_OTLP_ENDPOINT=http://127.0.0.1:14318 npm run demo');
  say.line(
    '    and search for service "spanguard": each alert is a span with links to its evidence',
  );
  say.line('    (collector-config/ holds ready configurations for both)');
  say.title('What is there, and what is at risk');
  say.line(`report          ${file}`);
  say.line(`most at risk    ${mostAtRisk}`);
  if (options.keep) await kept();
} finally {
  edge.close();
  await shop.stop();
  await processor.stop();
}
say.title(failed ? 'The demonstration FAILED' : 'Every staged attack was told, and nothing else');
process.exitCode = failed ? 1 : 0;

function giveUp(error) {
  process.stderr.write(`${error.message}\n`);
  process.exit(1);
}

/** Waits for Ctrl-C. */
async function kept() {
  say.title('Everything is left running (--keep). Ctrl-C ends it.');
  const clock = setInterval(() => undefined, 60_000);
  await new Promise((resolve) => process.once('SIGINT', resolve));
  clearInterval(clock);
}
