import type { PageCommand } from '@shared/contract/commands';

/** What stands beside a command, wherever it is offered. */
export const COMMAND_ICONS: Readonly<Record<PageCommand, string>> = {
  addFolder: 'i-lucide-folder-plus',
  openFile: 'i-lucide-file-search',
  palette: 'i-lucide-search',
  find: 'i-lucide-text-search',
  back: 'i-lucide-arrow-left',
  forward: 'i-lucide-arrow-right',
  library: 'i-lucide-library',
  jobs: 'i-lucide-list-checks',
  compare: 'i-lucide-git-compare-arrows',
  merge: 'i-lucide-merge',
  guide: 'i-lucide-book-open',
  settings: 'i-lucide-settings-2',
  build: 'i-lucide-hammer',
  tune: 'i-lucide-wand-sparkles',
  listen: 'i-lucide-ear',
  shortcuts: 'i-lucide-keyboard',
  troubleshooting: 'i-lucide-life-buoy',
  welcome: 'i-lucide-sprout',
  saveDiagnostics: 'i-lucide-archive',
  showLog: 'i-lucide-scroll-text',
};
