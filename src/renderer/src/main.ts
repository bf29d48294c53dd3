import { begun } from '@/language/begun';
import '@fontsource-variable/inter';
import './app/theme.css';
import icons from '@nuxt/ui/runtime/vue/plugins/icons.js';
import { createPinia } from 'pinia';
import { createApp } from 'vue';
import App from './App.vue';
import { i18n } from '@/language/i18n';
import { loadLatinLetters, offerAllLetters } from '@/language/letters';

/** Until then the first page has been drawn: hundreds of rules would hold it up. */
const ALL_LETTERS_AFTER_MS = 1_000;

loadLatinLetters();

// Nobody sees words change their language or their letters: until both are there, the page works unseen.
const root = document.documentElement;
const { letters } = await begun;
root.style.visibility = 'hidden';
void letters.finally(() => root.style.removeProperty('visibility'));

// Of Nuxt UI's plugins its icons alone: its colors stand in theme.css, and what writes others into the page has it laid out twice.
createApp(App).use(createPinia()).use(i18n).use(icons).mount('#app');

setTimeout(() => void offerAllLetters(), ALL_LETTERS_AFTER_MS);
