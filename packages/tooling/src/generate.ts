/** Writes every generated file of the repository. Run by `npm run generate`. */
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { renderConventions } from './generators/conventions.ts';
import { NAMED_PACKAGES, packageNameFile, renderPackageName } from './generators/package-name.ts';
import { renderPrefilter } from './generators/prefilter.ts';
import { tellersIn } from './generators/tellers.ts';
import { packageUrl } from './repository.ts';
import { sourceFiles } from './tidy/sources.ts';

const conventions = packageUrl('conventions');
const model = readFileSync(new URL('model.yaml', conventions), 'utf8');
for (const file of renderConventions(model, tellersIn(sourceFiles()))) {
  writeFileSync(new URL(file.path, conventions), file.text);
}

const redaction = packageUrl('redaction');
writeFileSync(
  new URL('src/prefilter/generated/prefilter-wasm.ts', redaction),
  renderPrefilter(fileURLToPath(new URL('assembly/prefilter.ts', redaction))),
);

for (const name of NAMED_PACKAGES) writeFileSync(packageNameFile(name), renderPackageName(name));
