/** Writes every generated file of the repository. Run by `npm run generate`. */
import { readFileSync, writeFileSync } from 'node:fs';
import { renderConventions } from './generators/conventions.ts';
import { packageUrl } from './repository.ts';

const conventions = packageUrl('conventions');
for (const file of renderConventions(readFileSync(new URL('model.yaml', conventions), 'utf8'))) {
  writeFileSync(new URL(file.path, conventions), file.text);
}
