import { Host } from '@shared/contract/primitives';
import { assertNever } from '@shared/domain/assertNever';
import { HOST_LIST, HOSTS } from '@shared/domain/hosts';
import type { ResultOf } from '@shared/jobs';
import { defineCommand } from '../command';
import { choice, flag, needed, onePosition, path, text } from '../option';
import { paragraph } from '../words';

const hosts = Host.options;
const homes = [...new Set(HOST_LIST.map(({ home }) => `"${home}"`))].join(' or ');

export const exportIndex = defineCommand({
  position: '<index>',
  summary: `put an index where ${Host.options.map((host) => HOSTS[host].title).join(' or ')} looks for it`,
  about: 'Copies an index to where a host looks for it, and opens the copy again. What it replaces stays as a backup.',
  usage: `<index> --host ${hosts.join('|')} --root DIR --name EXP [options]`,
  options: {
    host: choice('H', hosts.join(' or '), hosts),
    root: path('DIR', `the host's own folder, the one that holds ${homes}`),
    name: text('EXP', 'experiment (RVC) or model (Applio)'),
    model: text('FILE.pth', 'name of the model that shall find it (default: EXP.pth)'),
    slot: text('N', 'slot of VC Client that takes it (default: the one named EXP, or the only one)'),
    link: flag('link the index instead of copying it, where the disk can do that'),
    setAside: flag('keep other indexes of this voice under a backup name, so that the host does not load them'),
  },
  read: (words) => {
    const { host, root, name, model, slot, setAside, link } = words.values;
    return {
      kind: 'export',
      index: onePosition(words, 'export', 'index'),
      host: needed(host, 'host'),
      root: needed(root, 'root'),
      name: needed(name, 'name'),
      ...(model === null ? {} : { model }),
      slot,
      setAside,
      link,
    } as const;
  },
  run: async (request, { run }) => {
    const value = await run(request);
    return { text: exportText(value), json: value };
  },
});

function exportText({ host, files, backups, warnings }: ResultOf<'export'>): string {
  return paragraph([
    `Ready: ${HOSTS[host].title} will find the index. The copy was opened again and is sound.`,
    ...files.map((file) => `  ${file}`),
    ...backups.map((file) => `  kept as a backup: ${file}`),
    ...warnings.map(warningText),
  ]);
}

function warningText({ code, details, proposal }: ResultOf<'export'>['warnings'][number]): string {
  const cure = proposal === null ? '' : ` Try --name ${proposal}`;
  switch (code) {
    case 'TRAINED_IN_PATH':
      return `Careful: the word "trained" in ${details['path'] ?? ''} keeps RVC from finding it.${cure}`;
    case 'NON_ASCII_PATH':
      return `Careful: RVC's realtime window refuses paths with other letters than English ones: ${details['path'] ?? ''}.${cure}`;
    case 'AMBIGUOUS_NAME':
      return `Careful: the name is easily taken for "${details['other'] ?? ''}".${cure}`;
    case 'CASE_DIFFERS':
      return `Careful: there is "${details['other'] ?? ''}" already, and Windows and macOS take both for one folder.${cure}`;
    case 'OTHER_INDEX':
      return `Careful: there is another index of this voice: ${details['path'] ?? ''}. --set-aside keeps it as a backup.`;
    case 'REPLACES':
      return `Another file was there: ${details['path'] ?? ''}. It is kept as a backup.`;
    case 'NAME_CHANGED':
      return `The name is now "${details['to'] ?? ''}".`;
    case 'NORMALIZED':
      return `Careful: the vectors were brought to a length of ${Number(details['norm'] ?? 0).toPrecision(2)}; hosts need them at their own.`;
    case 'ZERO_VECTORS':
      return `Careful: ${details['count'] ?? ''} of the vectors looked at hold nothing but zeros.`;
    case 'NOT_LINKED':
      return 'The disk, or the system, cannot link here: the index was copied.';
    default:
      return assertNever(code);
  }
}
