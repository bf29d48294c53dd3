import { type BuiltFile, FieldWriter } from '../fixtures/fields';

const GUID = [0, 0, 0, 0, 0x10, 0, 0x80, 0, 0, 0xaa, 0, 0x38, 0x9b, 0x71];
const FRAMES = 8;

interface Options {
  readonly form?: 'RIFF' | 'RF64';
  readonly tag?: number;
  readonly bits?: number;
  readonly extensible?: boolean;
  /** Chunks before the samples. */
  readonly before?: (writer: FieldWriter) => FieldWriter;
}

/** A recording of two channels. */
function wav({ form = 'RIFF', tag = 1, bits = 16, extensible = false, before }: Options = {}): BuiltFile {
  const align = (2 * bits) / 8;
  const data = align * FRAMES;
  const writer = new FieldWriter().text(form).i32('riff size', 1_000).text('WAVE');
  if (form === 'RF64')
    writer.text('ds64').i32('ds64 size', 28).u64('riff', 1_000).u64('data', data).u64('samples', 8).i32('table', 0);
  before?.(writer);
  writer.text('fmt ').i32('fmt size', extensible ? 40 : 16);
  writer
    .u16('tag', extensible ? 0xfffe : tag)
    .u16('channels', 2)
    .i32('rate', 16_000);
  writer
    .i32('byte rate', 16_000 * align)
    .u16('block align', align)
    .u16('bits', bits);
  if (extensible) writer.u16('extra', 22).u16('valid bits', bits).i32('mask', 3).u16('sub tag', tag).raw(GUID);
  return writer
    .text('data')
    .i32('data size', form === 'RF64' ? -1 : data)
    .raw(new Uint8Array(data))
    .build();
}

const chunks = (count: number) => (writer: FieldWriter) => {
  for (let chunk = 0; chunk < count; chunk++) writer.text('JUNK').i32(`junk ${chunk}`, 0);
  return writer;
};

/** Recordings by what they are; those with fields are also cut and changed. */
export function wavSpecimens(): Readonly<Record<string, BuiltFile>> {
  const plain = ({ bytes }: BuiltFile): BuiltFile => ({ bytes, fields: [] });
  const formats = [1, 3].flatMap((tag) =>
    [8, 16, 24, 32, 64].map((bits): [string, BuiltFile] => [`tag ${tag}, ${bits} bits`, plain(wav({ tag, bits }))]),
  );
  return {
    RIFF: wav(),
    extensible: wav({ extensible: true }),
    RF64: wav({ form: 'RF64' }),
    ...Object.fromEntries(formats),
    'A-law': plain(wav({ tag: 6, bits: 8 })),
    'MP3 inside': plain(wav({ tag: 0x55 })),
    '99 chunks before': plain(wav({ before: chunks(97) })),
    '1,000 chunks before': plain(wav({ before: chunks(1_000) })),
    'a chunk in a chunk': plain(
      wav({ before: (writer) => writer.text('LIST').i32('list', 8).text('LIST').i32('inner', -1) }),
    ),
    'a chunk that leads back': plain(wav({ before: (writer) => writer.text('JUNK').i32('back', -24) })),
    'samples before their format': plain(
      new FieldWriter().text('RIFF').i32('size', 100).text('WAVEdata').i32('data', 0).build(),
    ),
    'RIFF of something else': plain(new FieldWriter().text('RIFF').i32('size', 100).text('AVI LIST').build()),
    'big-endian': plain(new FieldWriter().text('RIFX').i32('size', 100).text('WAVEfmt ').build()),
  };
}
