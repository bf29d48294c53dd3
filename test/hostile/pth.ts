import { type BuiltFile, FieldWriter } from '../fixtures/fields';
import * as make from '../fixtures/pickles';

/** A pickle of a dictionary with one entry, with its lengths and numbers as fields. */
function small(): BuiltFile {
  return new FieldWriter()
    .raw([0x80])
    .u8('protocol', 2)
    .text('}q')
    .u8('memo', 0)
    .text('X')
    .i32('key length', 7)
    .text('version')
    .text('X')
    .i32('text length', 2)
    .text('v2')
    .text('s')
    .text('X')
    .i32('rate length', 2)
    .text('sr')
    .raw([0x8a])
    .u8('number length', 2)
    .raw([0x40, 0x1f])
    .text('s.')
    .build();
}

/** The same as a protocol of today writes it: in a frame, with lengths of 64 bits. */
function framed(): BuiltFile {
  return new FieldWriter()
    .raw([0x80])
    .u8('protocol', 4)
    .raw([0x95])
    .u64('frame', 25)
    .text('}')
    .raw([0x8d])
    .u64('key length', 7)
    .text('version')
    .raw([0x8c])
    .u8('text length', 2)
    .text('v2s.')
    .build();
}

interface ZipOptions {
  readonly name?: string;
  readonly content?: Uint8Array;
  readonly method?: number;
  readonly flags?: number;
  /** What the archive says of the length of what comes out. */
  readonly length?: number;
}

/** An archive of one file that is stored as it is. */
function zip({
  name = 'model/data.pkl',
  content = small().bytes,
  method = 0,
  flags = 0,
  length,
}: ZipOptions = {}): BuiltFile {
  const writer = new FieldWriter();
  const common = (prefix: string): void => {
    writer.u16(`${prefix} needs`, 20).u16(`${prefix} flags`, flags).u16(`${prefix} method`, method);
    writer.u16(`${prefix} time`, 0).u16(`${prefix} date`, 0x21).i32(`${prefix} check`, crc32(content));
    writer.i32(`${prefix} packed`, content.length).i32(`${prefix} length`, length ?? content.length);
    writer.u16(`${prefix} name`, name.length).u16(`${prefix} extra`, 0);
  };
  writer.text('PK').u16('local', 0x0403);
  common('local');
  writer.text(name).raw(content);
  const directory = writer.length;
  writer.text('PK').u16('entry', 0x0201).u16('entry by', 20);
  common('entry');
  writer.u16('comment', 0).u16('disk', 0).u16('kind', 0).i32('rights', 0).i32('offset', 0).text(name);
  const bytes = writer.length - directory;
  writer
    .text('PK')
    .u16('end', 0x0605)
    .u16('this disk', 0)
    .u16('first disk', 0)
    .u16('entries here', 1)
    .u16('entries', 1);
  return writer.i32('directory bytes', bytes).i32('directory offset', directory).u16('end comment', 0).build();
}

function crc32(bytes: Uint8Array): number {
  let value = -1;
  for (const byte of bytes) {
    value ^= byte;
    for (let bit = 0; bit < 8; bit++) value = (value >>> 1) ^ (0xedb8_8320 & -(value & 1));
  }
  return ~value;
}

const raw = (...parts: readonly (string | readonly number[])[]): Uint8Array =>
  Uint8Array.from(parts.flatMap((part) => (typeof part === 'string' ? Array.from(Buffer.from(part, 'latin1')) : part)));

/** Names that Python would look up and call. */
const CODE = [
  'os.system',
  'posix.system',
  'nt.system',
  'builtins.eval',
  '__builtin__.exec',
  'subprocess.Popen',
  'torch.load',
  'torch.hub.load',
  'functools.partial',
  'collections.OrderedDict.update',
  'torch._utils.__dict__',
  'numpy.f2py.crackfortran.getlincoef',
  'runpy._run_code',
];

/** Pickles by what they do. */
const PICKLES: Readonly<Record<string, Uint8Array>> = {
  nothing: raw(),
  'an end alone': raw('.'),
  'a number': raw('K\x01.'),
  'a list': make.pickle(make.list(make.int(1))),
  'a voice of RVC': make.voiceModel(768),
  'a name put together on the stack': raw([0x80, 4, 0x8c, 2], 'os', [0x8c, 6], 'system', [0x93], '.'),
  'a name of protocol 0': raw('cos\nsystem\n.'),
  'an instance of protocol 0': raw('(ios\nsystem\n.'),
  'an object made of a name': raw('(cos\nsystem\no.'),
  'a call of what is no name': raw('K\x01)R.'),
  'a call of a call': raw('ccollections\nOrderedDict\n)R)R.'),
  'an extension': raw([0x80, 2, 0x82, 1], '.'),
  'a buffer from outside': raw([0x80, 5, 0x97], '.'),
  'a memo that is not there': raw('h\x07.'),
  'a memo of no number': raw('}pX\n.'),
  'a list in itself': raw(']q\x00h\x00a.'),
  'a dictionary in itself': raw('}q\x00X\x01\x00\x00\x00ah\x00s.'),
  'marks without end': raw('('.repeat(100_000), '.'),
  'deep lists': raw(']'.repeat(100_000), 'a'.repeat(99_999), '.'),
  'values without end': raw('N', '2'.repeat(3_000_000), '.'),
  'a memo without end': raw('}', [0x80, 2], Buffer.alloc(3_000_000, 0x94).toString('latin1'), '.'),
  'groups that are thrown away without end': raw('}', '(1'.repeat(1_500_000), '.'),
  'a number of 255 bytes': raw([0x8a, 255, ...new Array<number>(255).fill(1)], '.'),
  'a number in words': raw('Ione\n.'),
  'a tensor without a shape': raw('ctorch._utils\n_rebuild_tensor_v2\n)R.'),
  'a shape below zero': make.pickle(
    make.call(make.named('torch._utils', '_rebuild_tensor_v2'), make.none, make.int(0), make.tuple(make.int(-1))),
  ),
  'a key that is a list': raw('}](N]s.'),
};

/** Models by what they are; those with fields are also cut and changed. */
export function pthSpecimens(): Readonly<Record<string, BuiltFile>> {
  const plain = (bytes: Uint8Array): BuiltFile => ({ bytes, fields: [] });
  const evil = CODE.map((name): [string, BuiltFile] => {
    const at = name.lastIndexOf('.');
    return [
      `a call of ${name}`,
      plain(make.pickle(make.call(make.named(name.slice(0, at), name.slice(at + 1)), make.text('true')))),
    ];
  });
  return {
    pickle: small(),
    'framed pickle': framed(),
    archive: zip(),
    ...Object.fromEntries(Object.entries(PICKLES).map(([name, bytes]) => [name, plain(bytes)])),
    ...Object.fromEntries(evil),
    'rates and epochs beyond all numbers': plain(
      make.voiceModel(768, { sr: make.float(Infinity), epoch: make.float(1e300), step: make.float(NaN) }),
    ),
    'an archive of a voice': plain(zip({ content: make.voiceModel(768) }).bytes),
    'an archive of code': plain(zip({ content: raw('cos\nsystem\n.') }).bytes),
    'an archive without a model': plain(zip({ name: 'readme.txt' }).bytes),
    'an archive in an archive': plain(zip({ content: zip().bytes }).bytes),
    'a name that leads outside': plain(zip({ name: '../data.pkl' }).bytes),
    'a name that leads to the root': plain(zip({ name: '/data.pkl' }).bytes),
    'a name deeper down': plain(zip({ name: 'a/b/data.pkl' }).bytes),
    'compressed, but not': plain(zip({ method: 8 }).bytes),
    'compressed in a way nobody knows': plain(zip({ method: 99 }).bytes),
    encrypted: plain(zip({ flags: 1 }).bytes),
    'longer than it says': plain(zip({ length: 1 }).bytes),
    'shorter than it says': plain(zip({ length: 1_000 }).bytes),
    'of 4 GB, it says': plain(zip({ length: -2 }).bytes),
  };
}
