import { workerData } from 'node:worker_threads';
import { settleLibrary } from './database';

/** A thread that brings the library at the path that it is given up to date, and ends. */
if (typeof workerData === 'string') settleLibrary(workerData);
