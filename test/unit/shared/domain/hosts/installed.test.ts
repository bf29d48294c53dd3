import { describe, expect, it } from 'vitest';
import { hostProgram, mayBeHost } from '@shared/domain/hosts/installed';

describe('what is found of a host', () => {
  it.each([
    ['RVC1006Nvidia', true],
    ['Retrieval-based-Voice-Conversion-WebUI-main', true],
    ['Applio-3.2.8', true],
    ['ApplioV3', true],
    ['Mangio-RVC-v23.7.0', true],
    ['MMVCServerSIO', true],
    ['vcclient_win_std_v.1.5.3.18a', true],
    ['voice-changer', true],
    ['Music', false],
    ['logs', false],
  ])('a folder called %s: %s', (name, expected) => {
    expect(mayBeHost(name)).toBe(expected);
  });

  it.each([
    [['python', 'infer-web.py', '--pycmd', 'python'], 'infer-web.py'],
    [['C:\\RVC\\runtime\\python.exe', '-s', 'C:\\RVC\\infer-web.py'], 'C:\\RVC\\infer-web.py'],
    [['/opt/vc/MMVCServerSIO', '-p', '18888'], '/opt/vc/MMVCServerSIO'],
    [['vim', 'notes.txt'], null],
    // Far behind it is a file that a program works on.
    [['grep', '-r', '-n', '-i', 'infer-web.py'], null],
    [[''], null],
  ])('the program of %j is %s', (command, expected) => {
    expect(hostProgram(command)).toBe(expected);
  });
});
