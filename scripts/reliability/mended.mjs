/** What attacks have found, newest first: what happened, and what became of it. */
export const MENDED = [
  [
    'A name with ẞ, or with a letter that stands for another as the sign of kelvin for k, stayed in diagnostics where it was written in another case; a search found it in one case and not in the other.',
    'Case is put aside for every letter that there is, as patterns do it.',
  ],
  [
    'One value in the library that meant nothing (a number beyond 2^53, a name of 40,000 letters) kept the page from all of it, and so did a library of another version than it said: the app did not start any more.',
    'What is not understood of a row is passed over; tables that do not fit are set aside.',
  ],
  [
    'A window that was larger than all screens when it was closed, or was said to be, did not come up again.',
    'It is no larger than all screens together.',
  ],
  [
    'A name with more than one line went on, on the command line, as if the program spoke.',
    'What is one line is shown as one.',
  ],
  [
    'For somebody of whom the system knows no name, diagnostics failed; without a home, the app did not start. `--data` before another option made a folder of its name.',
    'What is not known is in no text, and an option is no folder.',
  ],
  [
    'A command that printed its result at its very end, as `measure` does, said with exit code 0 that it was done where the disk had taken nothing of it.',
    'It waits until what it prints is taken or refused.',
  ],
  [
    'Under a limit of addresses (`ulimit -v`) OpenBLAS asked for memory without end, and a build stood still for ever; under a limit of open files or processes a command ended with a stack.',
    'The engine is loaded only where there is room for it, and what cannot be started is said in a sentence.',
  ],
  [
    'Work whose process never came to its turn was waited for without end, and a process that did not even start was taken for a drive that hangs.',
    'After five minutes without a sign it is given up. Signs are waited for only while this process runs itself: a sleep of the computer is no silence.',
  ],
  [
    'When the clock of the computer was set forward, a folder was looked through in part only.',
    'Here, too, time goes by a clock that is never set.',
  ],
  [
    'For somebody of whom the system knows no name and no home, as in a container, no command worked.',
    'Whoever has no home has no programs there.',
  ],
  ['A command that failed removed the empty folder that it was told to write into.', 'What was there before stays.'],
  [
    'A model of 30 MB that only remembered the same nothing again and again kept its reader for half a minute and a gigabyte, and ended in a fault of ours; values were counted, and it made none.',
    'What is counted is instructions.',
  ],
  [
    'A voice, an index and a file of an archive could be called by what turns the direction of writing, or by half a character: it showed another ending, and no disk had it as it was. A merged voice took a name that its index was then refused for.',
    'One rule for names, in the page as in the work: what is obeyed rather than read is no part of one.',
  ],
  [
    'Diagnostics knew a name by one spelling: with its letters taken apart, in JSON or in an address it stayed in them, and so did what the library has no more and what followed an apostrophe in a path. With 10,000 voices, main answered nothing for 14 s while it looked for them.',
    'Names are looked for in every spelling, whatever is quoted in the log is taken out unseen, and it takes less than a second.',
  ],
  [
    'While trainings ran on both cores, the window waited up to a tenth of a second for a processor.',
    'A job lets the window go first, and what is looked up for somebody who waits; with a low priority also other programs.',
  ],
  [
    'One file that said something beyond all measure (a model a rate without end, a log or a name an epoch of thirty digits, an archive lengths of 2^63, a disk a time before 1970 or after every date) broke the contract between processes: the whole folder it lay in could not be looked at.',
    'What cannot be meant is not said; a time is the nearest there is. Readers are tried against the contract.',
  ],
  [
    'A repair of a file from before 1970 could not be taken back: its note was not understood any more.',
    'Any time that a file can have is one that a note can keep.',
  ],
  [
    'An archive with a file called `.`, or nothing at all, ended in a fault of ours.',
    'Refused before anything is written.',
  ],
  [
    'A command whose output nobody read any more, or no disk took, ended with a stack; closing its terminal left behind what it had begun; in a folder that was gone it blamed itself.',
    'It goes on, says what the disk said, takes back, and says what is gone.',
  ],
  [
    'Names of files reached the terminal and the log as they were: they could move the cursor, hide what was said, show another ending, and write entries of their own.',
    'What is obeyed rather than read is shown instead, and what is said in further lines stands apart.',
  ],
  [
    'A job whose drive had stopped answering stood in the list as if it ran, with a time that was left. A command that looked at such a drive waited for ever, and ended without an exit code of its own.',
    'Workers ask the disks of their work and say which is silent. The command line works in processes beside it, and leaves behind what cannot be ended.',
  ],
  [
    'When the clock of the computer was set forward, a scan under way was taken for one that hangs.',
    'Silence is measured by a clock that is never set.',
  ],
  [
    'What is to be done with thousands of chosen voices was found out in one go, each name held against all others: the page missed frames, or stood still for seconds.',
    'It is found out bit by bit, and only what is shown is put into words.',
  ],
  [
    'After every measurement main read the pictures of 200 and the rows of 20,000 others to find out which to forget: with years of them, the window was not answered for a quarter of a second.',
    'They are told by their numbers; it takes 13 ms.',
  ],
  [
    'Ctrl-C did not end a command that waited for a drive that hangs, and the app did not end beside one.',
    'What waits is given up, and a process whose threads a disk holds is ended by force once all is written.',
  ],
  [
    'A drive of a network that hung kept the library looking for ever; at a start, main itself waited for it, and no window came. A process that could not be killed kept all other jobs waiting.',
    'Who only reads is asked for a sign of its disk, main asks nothing of a disk without a limit of time, and what cannot be killed is given up.',
  ],
  [
    'Settings that the disk did not give at a start were taken for those of a first one, and written over at the next change.',
    'Only what the system says is absent is absent; else they are set aside, and that is said.',
  ],
  [
    'A library that was cut off within a page was read with zeros in the place of what was missing, and one of less than a page was written over: nobody was told.',
    'A file that ends within a page is set aside, and that is said.',
  ],
  [
    'Where names are not told apart by case, as on Windows, a hand-over of `Aria` met the index of `aria` that it had just replaced, took it for another one, and moved it away: it was refused in the end. An index could not get its own name in another case.',
    'Two paths are held against each other by what the disk says they are.',
  ],
  [
    'SQLite brought the library up to date while main waited for the disk: on a busy one, the window was not answered for 44 ms.',
    'A thread of its own does that.',
  ],
  [
    'A library whose making was cut short by a power cut could not be opened any more: it was asked for its version without the right to take the unfinished change back.',
    'It is taken back first.',
  ],
  [
    'A copy, a backup or a hand-over of a file that only its owner may read could be read by everybody.',
    'What is made of a file has no wider rights than it.',
  ],
  [
    'An `efSearch` or `k_factor` that was set after loading was believed, and FAISS allocated for it where an exception ends the process.',
    'Bounded by the engine in every search.',
  ],
  [
    'A disk that failed once while the library was opened made a sound library look damaged, and it was set aside.',
    'Set aside only when it is damaged a second time.',
  ],
  [
    'A disk that failed while deleted files were put back was taken for their absence, and they were forgotten.',
    'Only what the system says is absent is absent.',
  ],
  [
    'A repair that failed between writing the bytes and bringing them to the disk left them written.',
    'What takes a change back is known before the first byte of it.',
  ],
  [
    'A file of features that could not be read at this moment (a failing disk, too many open files) was left out, and the index was built of fewer frames.',
    'Refused; only a damaged file is left out, and that is said.',
  ],
  ['Diagnostics that could not be written whole destroyed those of before.', 'Written beside them first.'],
  [
    'A change that brings vectors to one length by another norm than 2 was accepted; FAISS knows no other, and every search failed.',
    'Refused by the walk.',
  ],
  [
    'A named pipe called `train.log`, `config.json` or like any other file that is read beside a voice kept a scan waiting for ever; `/dev/zero` under such a name was read without end.',
    'One way to read: regular files only, opened without waiting, bounded by what was opened.',
  ],
  [
    'A link that was turned to another index and back between two looks let the engine read what nobody had walked.',
    'The engine reads through the descriptor that was walked.',
  ],
  [
    'Features of 1e17 went through the whole build and were refused by the check at its end.',
    'One bound for rows and for centers.',
  ],
  [
    '`compress` wrote its result among the features, where the next build took it for material.',
    'Refused before anything is done.',
  ],
  ['An index larger than all memory went to the engine.', 'Refused before it is loaded.'],
  [
    'A hand-over that was being taken back when the process was killed could not be taken back any more: a backup that had its name again was missed.',
    'Each file that is kept has a mark by which it is known again.',
  ],
  [
    'Ten thousand voices kept main from answering for a quarter of a second, and any change wrote all of them anew.',
    'They come, are kept and are watched some at a time.',
  ],
];

/** @returns {string} A list in Markdown. */
export function mendedList() {
  return MENDED.map(([what, mended]) => `- ${what} ${mended}`).join('\n');
}
