/** CPU time of a whole process, its threads and garbage collector included, as the kernel counts it. */
import { readFileSync } from 'node:fs';

/** Linux counts in ticks of 10 ms on every architecture Node runs on. */
const TICK_US = 10_000;

/** User and system time of a process, in microseconds. Linux only: reads `/proc`. */
export function processCpuUs(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  // The command's name, in parentheses, may hold spaces: fields are counted from behind it.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[11]) + Number(fields[12])) * TICK_US;
}

/** Resident memory of a process, in bytes. */
export function processResidentBytes(pid: number): number {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  return Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1] ?? 0) * 1024;
}
