/** Every kind of exporter there is. A new one is a folder here and a line below. */
import type { DescribedExporter } from './define-exporter.ts';
import { fileDescription } from './file/file-description.ts';
import { otlpHttpDescription } from './otlp-http/otlp-http-description.ts';

/** In the order the reference tells of them. */
export const EXPORTERS: readonly DescribedExporter[] = [otlpHttpDescription, fileDescription];
