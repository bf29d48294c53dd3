import process from 'node:process';
import { serve } from './index';

/**
 * Entry of a worker process that Node has forked, for the command line. It works on when the person presses Ctrl-C, for
 * who has forked it decides; when that one is gone, it takes back what it has begun, and ends.
 */
process.on('SIGINT', () => undefined);
const { abandon } = serve({
  on: (event, listener) => process.on(event, (data: unknown) => listener({ data })),
  postMessage: (message) => {
    // Who is just ending takes nothing any more; that it has ended is heard by itself.
    if (process.connected) process.send?.(message, undefined, undefined, () => undefined);
  },
});
process.on('disconnect', () => void abandon().then(() => process.exit()));
