/** Writes every generated file of the repository. Run by `npm run generate`. */
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { renderConventions } from './generators/conventions.ts';
import { renderPrefilter } from './generators/prefilter.ts';
import { packageUrl } from './repository.ts';

const conventions = packageUrl('conventions');
for (const file of renderConventions(readFileSync(new URL('model.yaml', conventions), 'utf8'))) {
  writeFileSync(new URL(file.path, conventions), file.text);
}

const redaction = packageUrl('redaction');
writeFileSync(
  new URL('src/prefilter/generated/prefilter-wasm.ts', redaction),
  renderPrefilter(fileURLToPath(new URL('assembly/prefilter.ts', redaction))),
);
