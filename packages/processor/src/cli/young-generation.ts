/**
 * Bounds the part of the heap where objects are young. V8 lets it grow to 128 MB under load, of which a
 * processor needs little: what it makes of one batch is garbage after it. The bound can be said only as a
 * process begins, so the command begins again, in the same process, where it was not said.
 */

/** One semi-space, MiB; resident are two of them at most, and room for what survives. */
const SEMI_SPACE_MIB = 4;
const FLAG = '--max-semi-space-size';

/** What is known of the process. */
export interface StartedProcess {
  readonly execPath: string;
  /** Flags that it was started with. */
  readonly execArgv: readonly string[];
  /** The program and what follows it. */
  readonly args: readonly string[];
  readonly nodeOptions: string | undefined;
  /** Whether another process of Node talks to it over a channel, which a new beginning would cut. */
  readonly hasChannel: boolean;
}

/** What to execute instead, its name first; undefined where the bound is said already, or must not be. */
export function boundedStart(started: StartedProcess): readonly string[] | undefined {
  const { execPath, execArgv, args, nodeOptions = '', hasChannel } = started;
  const isSaid = [...execArgv, ...nodeOptions.split(/\s+/)].some(
    (flag) => flag.replaceAll('_', '-').split('=', 1)[0] === FLAG,
  );
  if (isSaid || hasChannel) return undefined;
  return [execPath, `${FLAG}=${SEMI_SPACE_MIB}`, ...execArgv, ...args];
}

/** What is known of a process of Node. */
type NodeProcess = Pick<
  NodeJS.Process,
  'execPath' | 'execArgv' | 'argv' | 'env' | 'channel' | 'execve'
>;

/** Begins again where need be, and then never returns. Without it all works, in more memory. */
export function boundYoungGeneration(node: NodeProcess): void {
  const { execPath, execArgv, argv, env, channel } = node;
  const command = boundedStart({
    execPath,
    execArgv,
    args: argv.slice(1),
    nodeOptions: env['NODE_OPTIONS'],
    hasChannel: channel !== undefined && channel !== null,
  });
  if (command === undefined) return;
  try {
    node.execve?.(execPath, command, env);
  } catch {
    // Windows has nothing like it, and a permission may forbid it.
  }
}
