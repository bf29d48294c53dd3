import '@fontsource-variable/inter';
import './app/theme.css';
import ui from '@nuxt/ui/vue-plugin';
import { createPinia } from 'pinia';
import { createApp } from 'vue';
import App from './App.vue';
import { i18n } from './words/i18n';

/** Until then the first page has been drawn. */
const FONTS_AFTER_MS = 1_000;

createApp(App).use(createPinia()).use(i18n).use(ui).mount('#app');

// Hundreds of rules, which would hold up the first page; until they are there, the letters are those of the system.
setTimeout(() => {
  // Without them the page is as readable as the system's own letters are.
  import('./app/fonts').catch((error: unknown) => console.warn(error));
}, FONTS_AFTER_MS);
