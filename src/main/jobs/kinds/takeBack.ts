import { VoronoiceError } from '@shared/contract/errors';
import { backedUp } from '@shared/domain/backupName';
import type { MainKind } from './kind';

export const takeBack: MainKind<'takeBack'> = {
  prepare: ({ kind, job: id }, _jobId, services) => {
    const { result, subject, voice } = services.job(id);
    if (result?.kind !== 'export') throw new VoronoiceError('BAD_REQUEST', 'This job has handed nothing over.');
    const { written, backups, marks } = result.value;
    const kept = backups.map((backup, position) => {
      const mark = marks?.[position];
      return { path: backedUp(backup), backup, ...(mark === undefined ? {} : { mark }) };
    });
    const made = written.filter((path) => kept.every((other) => other.path !== path));
    return {
      work: { kind, files: [...made.map((path) => ({ path, backup: null })), ...kept] },
      subject,
      voice,
    };
  },
  leaves: ({ backups }) => backups.map((path) => ({ kind: 'backup', path })),
  result: (value) => ({ kind: 'takeBack', value }),
};
