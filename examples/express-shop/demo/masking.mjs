/** What was masked, and whether anything was forgotten. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { users } from '../src/users.mjs';
import { UNMASKED_SECRETS } from './unmasked-service.mjs';

/** Places the processor redacted, by detector, from its own metrics. */
export async function maskedPlaces() {
  const text = await (await fetch('http://127.0.0.1:13133/metrics')).text();
  const lines = text.matchAll(
    /^spanguard_redaction_places_total\{[^}]*detector="([^"]+)"[^}]*\} (\d+)/gm,
  );
  return [...lines]
    .map(([, detector, places]) => [detector, Number(places)])
    .filter(([, places]) => places > 0);
}

/** Planted secrets that stand in any file of a folder, in clear. */
export function leftovers(folder) {
  const secrets = [
    ...users.flatMap(({ email, password }) => [email, password]),
    ...UNMASKED_SECRETS,
  ];
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) =>
    entry.isFile(),
  );
  const contents = files.map((file) => readFileSync(join(file.parentPath, file.name)));
  return secrets.filter((secret) => contents.some((content) => content.includes(secret)));
}
