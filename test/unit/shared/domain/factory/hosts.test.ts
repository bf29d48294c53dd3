import { describe, expect, it } from 'vitest';
import { readFactory, type ValidFactory } from '@shared/domain/factory/reading';
import { factoryHosts } from '@shared/domain/factory/hosts';

const METRICS = ['l2', 'ip', 'cosine'] as const;

function valid(text: string, metric: (typeof METRICS)[number] = 'l2'): ValidFactory {
  const reading = readFactory(text, 768, metric);
  if (reading.state !== 'valid') throw new Error(`${text}: ${reading.reason}`);
  return reading;
}

describe('factoryHosts', () => {
  it.each([
    ['IVF512,Flat', 'fit', []],
    ['Flat', 'fit', []],
    ['IVF512_HNSW32,Flat', 'fit', []],
    ['HNSW32', 'fit', []],
    ['IVF512,SQfp16', 'fit', []],
    ['IVF512,SQ8', 'fit', []],
    ['IDMap2,Flat', 'fit', []],
    ['IVF512,Flat,RFlat,IDMap2', 'fit', []],
    ['IDMap2,IVF512,Flat', 'unfit', ['idMap']],
    ['IDMap2,PCA64,IVF512,Flat', 'unfit', ['idMap', 'transformed']],
    ['IVF512,PQ384x4fs,RFlat', 'fit', []],
    ['IVF512,SQ4', 'lossy', ['rounded']],
    ['IVF512,PQ96', 'lossy', ['rounded']],
    ['PCA64,IVF512,Flat', 'lossy', ['transformed']],
    ['IVF512,PQ96,Refine(PQ384)', 'lossy', ['rounded']],
    ['IVF512,PQ384x4fs', 'unfit', ['fastScan']],
    ['IDMap,Flat', 'unfit', ['idMap']],
    ['L2norm,IVF512,Flat', 'unfit', ['normalizing']],
    ['PCAW64,Flat', 'unfit', ['notInvertible']],
    ['PCA64,IVF10,PQ16x4fs', 'unfit', ['fastScan', 'transformed']],
    ['HNSW32,SQ8', 'unfit', ['notTried']],
    ['LSH', 'unfit', ['notTried']],
    ['IVF512,PQ16+8', 'unfit', ['notTried', 'rounded']],
  ] as const)('%s is %s', (text, fitness, reasons) => {
    expect(factoryHosts(valid(text), 'l2')).toEqual({
      rvc: { fitness, reasons },
      rvcRealtime: { fitness, reasons },
      applio: { fitness, reasons },
      applioRealtime: { fitness, reasons },
      mangio: { fitness, reasons },
      wokada: { fitness, reasons },
      deiteris: { fitness, reasons },
    });
  });

  it('takes the metric as each host does', () => {
    const unfit = { fitness: 'unfit', reasons: ['metric'] };
    expect(factoryHosts(valid('IVF512,Flat', 'ip'), 'ip')).toEqual({
      rvc: unfit,
      rvcRealtime: unfit,
      applio: unfit,
      applioRealtime: { fitness: 'fit', reasons: [] },
      mangio: unfit,
      wokada: { fitness: 'lossy', reasons: ['metric'] },
      deiteris: unfit,
    });
    for (const host of Object.values(factoryHosts(valid('IVF512,Flat', 'cosine'), 'cosine'))) {
      expect(host.fitness).toBe('unfit');
      expect(host.reasons).toContain('normalized');
    }
  });

  it('is never milder than what is said of the finished file', () => {
    const codes = [
      'Flat',
      'SQ4',
      'SQ6',
      'SQ8',
      'SQfp16',
      'PQ96',
      'PQ96x4fs',
      'LSH',
      'HNSW32',
      'HNSW32,SQ8',
      'HNSW32,PQ96',
    ];
    const bodies = [...codes, ...['Flat', 'SQ8', 'SQ4', 'PQ96', 'PQ96x4fs', 'PQ96+8'].map((code) => `IVF64,${code}`)];
    const around = [
      (body: string) => body,
      (body: string) => `IDMap,${body}`,
      (body: string) => `IDMap2,${body}`,
      (body: string) => `PCAR768,${body}`,
      (body: string) => `L2norm,${body}`,
      (body: string) => `${body},RFlat`,
      (body: string) => `${body},Refine(PQ96)`,
    ];
    let held = 0;
    for (const body of bodies) {
      for (const wrap of around) {
        for (const metric of METRICS) {
          const reading = readFactory(wrap(body), 768, metric);
          if (reading.state !== 'valid') continue;
          const hosts = factoryHosts(reading, metric);
          for (const host of ['rvc', 'applio'] as const) {
            if (!reading.reconstructable) expect([wrap(body), hosts[host].fitness]).toEqual([wrap(body), 'unfit']);
            held++;
          }
        }
      }
    }
    expect(held).toBeGreaterThan(400);
  });
});
