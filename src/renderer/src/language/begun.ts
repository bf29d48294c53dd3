import { localeOf } from '@shared/contract/languages';
import { beginIn } from './i18n';

const settings = window.api.begin('settings.get');
const info = window.api.begin('app.info');

/** What was answered, for the store of the settings: asked once. */
export const first = { settings, info } as const;

/** The language that was chosen, else that of the system. */
const locale = localeOf(settings.ok ? settings.value.locale : null, info.ok ? info.value.locale : navigator.language);

/** Imported before everything else: the words are there before anything is drawn. */
export const begun = beginIn(locale);
