import { describe, expect, it } from 'vitest';
import { readNames } from '../../../../src/worker/files/zipNames';

const raw = (hex: string) => ({ bytes: Buffer.from(hex.replaceAll(' ', ''), 'hex'), text: null });

describe('names that do not say how they are written', () => {
  it('are UTF-8 where they can be, with letters and marks in one', () => {
    const bytes = Buffer.from('미라\u0301.pth'.normalize('NFD'), 'utf8');
    expect(readNames([{ bytes, text: null }])).toEqual(['미라\u0301.pth'.normalize('NFC')]);
  });

  it.each([
    ['Korean, as Windows writes it', 'c0bd bcba 2f b0a1 bcf6 2e70 7468', '음성/가수.pth'],
    ['Japanese', '8ab4 82cc 90ba 2f82 dd82 e72e 7074 68', '感の声/みら.pth'],
    ['Japanese without kana', '89cc 90ba 2f8f 8989 b92e 7074 68', '歌声/初音.pth'],
    ['Chinese', 'd2f4 c9ab 2fc4 a3d0 cd2e 7074 68', '音色/模型.pth'],
    ['Chinese of Taiwan', 'ad b5 a6 e2 2f bc d2 ab ac 2e 70 74 68', '音色/模型.pth'],
    ['Russian in capitals, which could be Japanese', '8c 88 90 80 2e 70 74 68', 'МИРА.pth'],
    ['Russian, as MS-DOS wrote it', '8f e5 e1 ad ef 2f a3 ae ab ae e1 2e 70 74 68', 'Пхсня/голос.pth'],
    ['French', '4d 82 6c 6f 64 69 65 2e 70 74 68', 'Mélodie.pth'],
  ])('are read in the code page whose letters they are of: %s', (_what, hex, name) => {
    expect(readNames([raw(hex)], 'en')).toEqual([name]);
  });

  it('are all read in one code page, which the longer ones decide', () => {
    const names = [raw('b0ae bac3'), raw('d2f4 c9ab c4a3 d0cd')];
    expect(readNames(names, 'en')).toEqual(['爱好', '音色模型']);
  });

  it('are read as the system would where two code pages fit alike', () => {
    expect(readNames([raw('b0ae bac3')], 'ko')).toEqual(['갖봤']);
    expect(readNames([raw('b0ae bac3')], 'zh')).toEqual(['爱好']);
  });
});

describe('other names', () => {
  it('are taken as the archive says, and parted as everywhere', () => {
    const bytes = Buffer.from('ignored');
    expect(readNames([{ bytes, text: 'Mira\\weights\\é.pth' }])).toEqual(['Mira/weights/é.pth']);
  });
});
