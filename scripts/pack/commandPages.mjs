/**
 * What the command line says of itself, as a manual page and as the words that a shell completes.
 *
 * @typedef {object} Help
 * @property {string} overview What `voronoice --help` prints.
 * @property {Readonly<Record<string, string>>} commands What `voronoice <command> --help` prints.
 */

/**
 * @param {string} overview What `voronoice --help` prints.
 * @returns {string[]} The commands it lists, in its order.
 */
export function commandsIn(overview) {
  return [...overview.matchAll(/^ {2}([a-z]+)(?: \S.*?)? {2,}\S/gm)].map(([, name = '']) => name);
}

/**
 * @param {string} help
 * @returns {string[]} The options it names, each once.
 */
export function optionsIn(help) {
  return [...new Set([...help.matchAll(/^ +(--[a-z][a-z-]*)/gm)].map(([, name = '']) => name))];
}

/**
 * @param {Help} help
 * @param {string} version
 * @returns {string} voronoice.1, in troff.
 */
export function manualPage({ overview, commands }, version) {
  const sections = Object.entries(commands).map(([name, text]) => `.SS ${name}\n${verbatim(text)}`);
  return [
    `.TH VORONOICE 1 "" "Voronoice ${version}"`,
    '.SH NAME',
    'voronoice \\- builds, judges and repairs the search index of an RVC voice',
    '.SH SYNOPSIS',
    '.B voronoice',
    '.RI [ file .\\|.\\|.]',
    '.br',
    '.B voronoice',
    '.I command',
    '.RI [ options ]',
    '.SH DESCRIPTION',
    'Without a command the window opens, with the files and folders that are named.',
    verbatim(overview),
    '.SH COMMANDS',
    ...sections,
    '',
  ].join('\n');
}

/**
 * @param {string} text
 * @returns {string} As it is, line for line. A line must not begin as troff's own do.
 */
function verbatim(text) {
  const lines = text
    .replaceAll('npm run -s voronoice --', 'voronoice')
    .trimEnd()
    .split('\n')
    .map((line) =>
      line
        .replaceAll('\\', '\\e')
        .replaceAll('-', '\\-')
        .replace(/^(?=[.'])/, '\\&'),
    );
  return ['.nf', ...lines, '.fi'].join('\n');
}

/**
 * @param {Help} help
 * @returns {string} A completion for bash.
 */
export function bashCompletion({ commands }) {
  const cases = Object.entries(commands).map(
    ([name, text]) => `    ${name}) options="${optionsIn(text).join(' ')}" ;;`,
  );
  return `_voronoice() {
  local word=\${COMP_WORDS[COMP_CWORD]} options=""
  if [ "$COMP_CWORD" -eq 1 ]; then
    COMPREPLY=($(compgen -W "${Object.keys(commands).join(' ')} --help --version" -- "$word") $(compgen -f -- "$word"))
    return
  fi
  case \${COMP_WORDS[1]} in
${cases.join('\n')}
  esac
  COMPREPLY=($(compgen -W "$options" -- "$word") $(compgen -f -- "$word"))
}
complete -o filenames -F _voronoice voronoice
`;
}
