import { resolve } from 'node:path';
import vue from '@vitejs/plugin-vue';
import { defineConfig } from 'vitest/config';

const alias = { '@shared': resolve('src/shared'), '@': resolve('src/renderer/src') };

export default defineConfig({
  test: {
    projects: [
      {
        plugins: [vue()],
        resolve: { alias },
        test: {
          name: 'unit',
          include: ['test/unit/**/*.test.ts', 'test/contract/**/*.test.ts', 'test/security/**/*.test.ts'],
          typecheck: { enabled: false },
        },
      },
      {
        resolve: { alias },
        // One FAISS per process, and never two engines competing for the cores.
        test: {
          name: 'native',
          include: ['test/native/**/*.test.ts'],
          pool: 'forks',
          maxWorkers: 1,
          testTimeout: 120_000,
        },
      },
      {
        resolve: { alias },
        // Mostly one process at a time that waits for another: two files keep two cores busy.
        test: {
          name: 'interop',
          include: ['test/interop/**/*.test.ts'],
          globalSetup: ['test/interop/buildCommandLine.ts'],
          pool: 'forks',
          maxWorkers: 2,
          testTimeout: 300_000,
          hookTimeout: 300_000,
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
