import { resolve } from 'node:path';
import vue from '@vitejs/plugin-vue';
import { defineConfig } from 'vitest/config';
import { FAULTS_ENVIRONMENT } from './test/faults/shim';

const alias = { '@shared': resolve('src/shared'), '@': resolve('src/renderer/src') };

const UNIT = ['unit', 'contract', 'security'].map((folder) => `test/${folder}/**/*.test.ts`);
const ALONE = ['test/**/*.alone.test.ts'];
const setupFiles = ['test/fixtures/sameBytes.ts'];

export default defineConfig({
  test: {
    projects: [
      {
        plugins: [vue()],
        resolve: { alias },
        test: {
          name: 'unit',
          setupFiles,
          include: UNIT,
          exclude: ALONE,
          // All files of a thread share what they import: a third of the time of a fresh start for each.
          pool: 'threads',
          isolate: false,
          unstubGlobals: true,
          restoreMocks: true,
          testTimeout: 30_000,
        },
      },
      {
        plugins: [vue()],
        resolve: { alias },
        // They put something else in the place of a module, which no other file may see.
        test: { name: 'unit-alone', setupFiles, include: ALONE, pool: 'threads', testTimeout: 30_000 },
      },
      {
        resolve: { alias },
        // One FAISS per process; each of the two waits for as long as it computes.
        test: {
          name: 'native',
          setupFiles,
          include: ['test/native/**/*.test.ts'],
          pool: 'forks',
          maxWorkers: 2,
          testTimeout: 120_000,
        },
      },
      {
        resolve: { alias },
        // Where calls of the file system fail; what lets them fail must be there before the process is.
        test: {
          name: 'native-faults',
          include: ['test/faults/**/*.test.ts'],
          globalSetup: ['test/faults/buildShim.ts'],
          env: FAULTS_ENVIRONMENT,
          pool: 'forks',
          maxWorkers: 1,
          testTimeout: 2 ** 31 - 1,
          // After each test the folders of a thousand tries are removed, which a busy disk is in no hurry for.
          hookTimeout: 2 ** 31 - 1,
        },
      },
      {
        resolve: { alias },
        // Mostly one process at a time that waits for another: two files keep two cores busy.
        test: {
          name: 'interop',
          setupFiles,
          include: ['test/interop/**/*.test.ts'],
          globalSetup: ['test/interop/buildCommandLine.ts'],
          pool: 'forks',
          maxWorkers: 2,
          // The files of a process share what they import, and Python.
          isolate: false,
          testTimeout: 300_000,
          hookTimeout: 300_000,
        },
      },
      {
        resolve: { alias },
        // Not a part of npm test: its figures want a machine that does nothing else.
        test: { name: 'load', include: ['test/load/**/*.test.ts'], pool: 'forks', testTimeout: 600_000 },
      },
      {
        resolve: { alias },
        // A minute for the engine, beside it half a minute for the other readers; or as long as npm run reliability says.
        test: {
          name: 'fuzz',
          include: ['test/fuzz/**/*.test.ts'],
          pool: 'forks',
          maxWorkers: 2,
          testTimeout: 2 ** 31 - 1,
        },
      },
      {
        resolve: { alias },
        // Not a part of npm test: it needs what npm run pack makes.
        test: {
          name: 'pack',
          include: ['test/pack/**/*.test.ts'],
          pool: 'forks',
          testTimeout: 300_000,
        },
      },
    ],
  },
});
