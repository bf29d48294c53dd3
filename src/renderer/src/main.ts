import '@fontsource-variable/inter';
import './app/theme.css';
import ui from '@nuxt/ui/vue-plugin';
import { createPinia } from 'pinia';
import { createApp } from 'vue';
import App from './App.vue';
import { i18n } from './words/i18n';

createApp(App).use(createPinia()).use(i18n).use(ui).mount('#app');

// Hundreds of rules, and none of them is needed to begin: until they are there, the letters are those of the system.
void import('./app/fonts');
