import { begun } from '@/language/begun';
import '@fontsource-variable/inter';
import './app/theme.css';
import ui from '@nuxt/ui/vue-plugin';
import { createPinia } from 'pinia';
import { createApp } from 'vue';
import App from './App.vue';
import { i18n } from '@/language/i18n';
import { offerAllLetters } from '@/language/letters';

/** Until then the first page has been drawn: hundreds of rules would hold it up. */
const ALL_LETTERS_AFTER_MS = 1_000;

// Nobody sees words change their language or their letters: until both are there, the page works unseen.
const root = document.documentElement;
const { letters } = await begun;
root.style.visibility = 'hidden';
void letters.finally(() => root.style.removeProperty('visibility'));

createApp(App).use(createPinia()).use(i18n).use(ui).mount('#app');

setTimeout(() => void offerAllLetters(), ALL_LETTERS_AFTER_MS);
