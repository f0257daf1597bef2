/** The processor for programs that run it inside themselves; most people use the `spanguard` command. */
export { defaultConfig, formatConfigProblem, loadConfig } from './config/load-config.ts';
export { type PlaceOf } from './config/problem.ts';
export { type Config } from './config/shape.ts';
export { createProcessor, type CreatedProcessor } from './service/create-processor.ts';
export { type ProcessorWorld } from './service/foundation.ts';
export { type Processor, type ProcessorAddresses } from './service/processor.ts';
