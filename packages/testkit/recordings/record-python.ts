/**
 * Records what the shops in Python send while they are attacked, one file for each framework and conventions.
 * `node --conditions=@spanguard/source packages/testkit/recordings/record-python.ts`
 */
import { writeFileSync } from 'node:fs';
import { decodeRequest } from '../src/oracle/oracle.ts';
import {
  attackShop,
  findPython,
  OTHER_REQUESTS,
  PYTHON_FRAMEWORKS,
  REFUSED_LOGINS,
  startPythonShop,
} from '../src/peers/python-shop.ts';
import { HttpSink } from '../src/servers/http-sink.ts';

const SPAN_KIND_SERVER = 2;
const python = findPython();
if (python !== undefined) {
  for (const framework of PYTHON_FRAMEWORKS) {
    for (const conventions of ['default', 'http', 'http/dup']) {
      const name = `${framework}-${conventions.replace('/', '-')}.bin`;
      writeFileSync(new URL(name, import.meta.url), await record(python, framework, conventions));
    }
  }
}

/** The requests of the visit as one: messages of protobuf that stand side by side are merged. */
async function record(
  interpreter: string,
  framework: (typeof PYTHON_FRAMEWORKS)[number],
  conventions: string,
): Promise<Buffer> {
  const sink = await HttpSink.listen();
  const shop = await startPythonShop(interpreter, {
    framework,
    otlpUrl: sink.url,
    ...(conventions === 'default' ? {} : { conventions }),
  });
  await attackShop(shop.port);
  for (;;) {
    const bytes = Buffer.concat(sink.requests.map(({ body }) => body));
    const servers = (decodeRequest('traces', bytes).resourceSpans ?? [])
      .flatMap(({ scopeSpans }) => scopeSpans ?? [])
      .flatMap(({ spans }) => spans ?? [])
      .filter(({ kind }) => kind === SPAN_KIND_SERVER);
    if (servers.length > REFUSED_LOGINS + OTHER_REQUESTS) {
      await shop.program.end('SIGKILL');
      await sink.close();
      return bytes;
    }
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
