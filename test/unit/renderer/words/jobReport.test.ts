import { describe, expect, it } from 'vitest';
import { plain } from '@shared/contract/build';
import type { JobSnapshot } from '@shared/contract/jobs';
import { createFormat } from '@/words/format';
import { i18n } from '@/language/i18n';
import { jobReport, reportJson, reportText, type ReportWords } from '@/words/jobReport';
import { job } from '../../../fixtures/contract';
import { measurement } from '../../../fixtures/mainServices';

const translate = i18n.global.t as (key: string, values: object, plural?: number) => string;
const words: ReportWords = {
  say: (key, values = {}, plural) => translate(key, values, plural ?? 1),
  format: createFormat('en'),
  part: (share) => `${share * 100} of 100`,
  sentence: ({ check }) => `About ${check}.`,
  why: ({ finding }) => `Because it is ${finding}.`,
  failure: ({ code }) => ({ sentence: `${code} happened.`, cause: 'So it is.', action: 'Do something.' }),
};

const began = new Date(2026, 10, 29, 18, 3, 12).getTime();
const built: JobSnapshot = job({
  request: {
    kind: 'train',
    sources: [{ type: 'voice', id: 'voice-00000001', weight: null }],
    ...plain('rvc'),
    name: null,
    totalFea: false,
  },
  subject: 'Aria',
  state: 'done',
  createdAt: began - 60_000,
  startedAt: began,
  finishedAt: began + 65_000,
  times: [
    { step: 'read', ms: 2_500 },
    { step: 'train', ms: 62_400 },
  ],
  result: {
    kind: 'train',
    index: 'index-00000001',
    value: {
      index: '/built/added_IVF230_Flat_nprobe_1_Aria_v2.index',
      vectors: 9_000,
      dimension: 768,
      version: 'v2',
      nlist: 230,
      nprobe: 1,
      metric: 'l2',
      factory: 'IVF230,Flat',
      bytes: 28_400_000,
      lists: null,
      coverage: null,
      record: { format: 1, options: plain('rvc'), compression: null, expansion: null, selection: null, origins: [] },
      notes: [{ code: 'ZERO', file: '3_1.npy', count: 4, message: '' }],
      seconds: { read: 1, prepare: 0, train: 1, add: 1, measure: 1, write: 1, total: 5 },
      peakRssBytes: 1,
    },
  },
});
const findings = [{ index: 'index-00000001', name: 'Same as RVC', measurement: measurement() }];

describe('the report of a job', () => {
  it('says what was asked, what came of it, where it lies, how long it took, and what happened when', () => {
    expect(reportText(jobReport(built, findings, words), words.format).replaceAll('\u202f', ' ')).toBe(
      `Building Aria · Same as RVC

What was asked
  About: Aria
  Recipe: Same as RVC
  Asked for: Nov 29, 2026, 6:02 PM
  State: Done

What came of it
  Type: IVF230,Flat
  Groups (nlist): 230
  Groups searched (nprobe): 1
  Moments (vectors): 9,000
  Size: 28.4 MB
  Same as RVC: About recall. Because it is good.
  Right neighbors found: 90 of 100
  Moments with a missing neighbor: 0 of 100

Files
  File: /built/added_IVF230_Flat_nprobe_1_Aria_v2.index

Remarks
  ${translate('verdict.notes.ZERO', { file: '3_1.npy', count: '4' }, 4)}

Time by step
  Reading features: 2.50 sec
  Finding groups: 62.40 sec
  In all: 64.90 sec

What happened
  6:02:12 PM: Asked for
  6:03:12 PM: Begun
  6:03:12 PM: Reading features
  6:03:14 PM: Finding groups
  6:04:17 PM: Done
`,
    );
  });

  it('says why a job failed, and nothing of what there is not', () => {
    const failed = job({
      state: 'failed',
      startedAt: null,
      failure: { code: 'DISK_FULL', message: 'Full.', details: {} },
    });
    const { sections } = jobReport(failed, [], words);
    expect(sections.map(({ title }) => title)).toEqual(['What was asked', 'Remarks', 'What happened']);
    expect(sections[1]?.lines.map(({ value }) => value)).toEqual(['DISK_FULL happened.', 'So it is.', 'Do something.']);
  });

  it('is the same for a program, without what is only drawn', () => {
    const { format, job: told, measured } = JSON.parse(reportJson(built, findings)) as Record<string, object>;
    expect(format).toBe(1);
    expect(told).toMatchObject({ id: built.id, request: built.request, result: built.result, times: built.times });
    expect(told).not.toHaveProperty('iterations');
    expect(measured).toMatchObject([{ name: 'Same as RVC', stored: { recall: { value: 0.9 } } }]);
    expect(JSON.stringify(measured)).not.toContain('"map"');
  });
});
