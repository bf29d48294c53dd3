import { defineCommand } from '../command';
import { absolute, onePosition, path } from '../option';
import { count, megabytes, paragraph } from '../words';

export const unpack = defineCommand({
  position: '<archive>',
  summary: 'unpack an archive of a voice, if it is safe',
  about:
    'Unpacks a ZIP archive into a folder of its own. Nothing is written of one that leads elsewhere, is encrypted or a bomb.',
  usage: '<archive> [--out DIR] [--json]',
  options: { out: path('DIR', 'folder that will hold that of the archive (default: this one)') },
  read: (words) =>
    ({
      kind: 'unpack',
      archive: onePosition(words, 'unpack', 'archive'),
      root: words.values.out ?? absolute('.'),
    }) as const,
  run: async (request, { run }) => {
    const value = await run(request);
    return {
      text: paragraph([
        `${count(value.files)} ${value.files === 1 ? 'file' : 'files'}, ${megabytes(value.bytes)}:`,
        `  ${value.folder}`,
      ]),
      json: value,
    };
  },
});
