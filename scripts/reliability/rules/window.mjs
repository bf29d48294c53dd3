const OPTIONS = 'test/security/windowOptions.test.ts';
const SCHEME = 'test/security/appProtocol.test.ts';
const ADDRESSES = 'test/security/addresses.test.ts';
const GUARDS = 'test/security/guards.test.ts';
const SENDERS = 'test/security/senders.test.ts';
const TOKENS = 'test/security/tokens.test.ts';
const SESSION = 'test/e2e/prepared/security.test.ts';
const CALLERS = 'test/e2e/prepared/callers.test.ts';

/** @type {readonly import('../rules.mjs').Rule[]} */
export const WINDOW_RULES = [
  {
    id: 'S1',
    text: 'The page has a sandbox, a world of its own and no Node',
    tests: [
      [OPTIONS, 'S1: gives its page nothing but the preload'],
      [SESSION, 'the page has no way to the system but the contract'],
      [SESSION, 'the page runs in a sandbox that filters what it asks of the system'],
    ],
  },
  {
    id: 'S2',
    text: 'Pages come from a folder that no address and no link leads out of',
    tests: [
      [SCHEME, 'S2: never leaves the folder, whatever it says'],
      [SCHEME, 'needs the separator'],
      [SCHEME, 'follows a link inside, and none out'],
    ],
  },
  {
    id: 'S3',
    text: 'No script runs but the page’s own',
    tests: [
      [SCHEME, 'S3: allows no script but the page’s own, and nothing by default'],
      [SESSION, 'what is smuggled into the page does not run, and nothing leaves it'],
    ],
  },
  {
    id: 'S4',
    text: 'The window goes nowhere else, and the browser is given known addresses only',
    tests: [
      [ADDRESSES, 'S4: %j may not'],
      [ADDRESSES, '%j with server %s: %s'],
      [GUARDS, 'S4: %s leads to no other page'],
      [GUARDS, 'S1, S4: a page opens no window and holds no other; known addresses go to the browser'],
    ],
  },
  {
    id: 'S5',
    text: 'Every permission but copying text is denied',
    tests: [
      [ADDRESSES, 'S5: are denied but for copying text'],
      [GUARDS, 'S5: a session asks nobody: it gives leave to copy text, and to nothing else, no device among it'],
    ],
  },
  {
    id: 'S6',
    text: 'Only the main frame of the app’s own window is answered',
    tests: [
      [SENDERS, 'S6: is not a frame inside the page'],
      [SENDERS, 'is not another window, even with our page in it'],
      [SENDERS, 'is not a window that is gone'],
      [SENDERS, 'is refused before anything of it is read'],
      [CALLERS, 'frames and windows that a script makes have no way to main'],
      [CALLERS, 'a window of somebody else is answered nothing, though it has our page and preload'],
      [CALLERS, 'a page that goes while it waits, and one that comes again, leave main at work'],
    ],
  },
  {
    id: 'S7',
    text: 'Whatever the page sends is parsed, and refused where it does not fit',
    tests: [
      ['test/security/payloads.test.ts', 'S7: reaches a handler only when the schema accepts it'],
      [
        'test/security/payloads.test.ts',
        'that fits %s meets no fault of ours, and does not reach it once it is spoiled',
      ],
      [CALLERS, 'ten thousand calls at once and a hundred megabytes are answered, and the page works on'],
    ],
  },
  {
    id: 'S8',
    text: 'The page is offered the contract, frozen, and nothing else',
    tests: [
      ['test/contract/preload.alone.test.ts', 'S8: is all there is, and frozen'],
      ['test/contract/channels.test.ts', 'answer every channel of the contract and none besides'],
    ],
  },
  {
    id: 'S9',
    text: 'The page names no path: what was chosen is a token, good once, for one purpose, for a while',
    tests: [
      [TOKENS, 'S9: cannot be made up'],
      [TOKENS, 'is good for ten minutes'],
      [TOKENS, 'is good for one purpose, and lost when tried for another'],
      [TOKENS, 'works once: the second export with the same choice is refused'],
      [CALLERS, 'a token is good for what was chosen, and nothing else'],
    ],
  },
  {
    id: 'S10',
    text: 'The packed program runs no foreign code',
    tests: [
      ['test/pack/packed.test.ts', 'S10: has its fuses as they are meant'],
      ['test/pack/packed.test.ts', 'does not run as Node'],
    ],
    note: 'Run by `npm run test:pack`, beside `npm test`.',
  },
  {
    id: 'S11',
    text: 'One copy at a time; what a second one is started with is data',
    tests: [
      [
        'test/pack/bareDebian.test.ts',
        'S11: leaves the window to the copy that is open, also where another version is started',
      ],
      ['test/unit/main/system/system.test.ts', 'is read as paths, and nothing else of it is believed'],
    ],
  },
  {
    id: 'S12',
    text: 'Nothing is asked of the network',
    tests: [
      [SESSION, 'S12: a whole session asks for nothing outside the app'],
      [GUARDS, 'S12: a session loads nothing from elsewhere'],
    ],
  },
];
