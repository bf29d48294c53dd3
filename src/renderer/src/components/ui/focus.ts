/** Where keys write or choose, so that a plain one belongs to what has the focus. */
export const TYPING =
  'input:not([type=range]):not([type=checkbox]):not([type=radio]), textarea, select, [contenteditable=true]';

/** Where voices are searched for by name. */
export const SEARCH_FIELD = '[role=search] input';

const DIALOG = '[role=dialog]';
/** What lies over the page and closes by itself, such as a dialog or an open menu. */
const LAYERS = `${DIALOG}, [role=alertdialog], [role=menu], [role=listbox]`;

/** Whether something lies over the page: its keys come first. */
export const hasLayer = (): boolean => document.querySelector(LAYERS) !== null;

export const hasDialog = (): boolean => document.querySelector(DIALOG) !== null;

/** Whether a hint is shown, which Esc puts away. */
export const hasHint = (): boolean => document.querySelector('[role=tooltip]') !== null;
