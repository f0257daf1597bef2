/** The application of the matrix in a cluster of three workers, which end with it. */
import cluster from 'node:cluster';
import process from 'node:process';
import express from 'express';
import { serve } from './serve.cjs';

if (cluster.isPrimary) {
  let listening = 0;
  let port = 0;
  for (let worker = 0; worker < 3; worker++) {
    cluster.fork({ QUIET: '1' }).once('listening', (address) => {
      port ||= address.port;
      listening += 1;
      if (listening === 3) process.stdout.write(`listening ${port}\n`);
    });
  }
  process.once('SIGTERM', () => {
    const workers = Object.values(cluster.workers ?? {});
    let left = workers.length;
    for (const worker of workers) {
      worker.once('exit', () => {
        left -= 1;
        if (left === 0) process.kill(process.pid, 'SIGTERM');
      });
      worker.process.kill('SIGTERM');
    }
  });
} else serve(express);
