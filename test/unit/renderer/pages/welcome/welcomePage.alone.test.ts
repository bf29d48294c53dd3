// @vitest-environment happy-dom
import { shallowMount } from '@vue/test-utils';
import { createPinia, setActivePinia } from 'pinia';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { i18n } from '@/language/i18n';
import { offerAllLetters } from '@/language/letters';
import { fakeApi } from '../../../../fixtures/fakeApi';

vi.mock('@/language/letters', { spy: true });
vi.mock('@nuxt/ui/components/Button.vue', () => ({ default: { template: '<i />' } }));
vi.mock('@nuxt/ui/components/Icon.vue', () => ({ default: { template: '<i />' } }));
vi.mock('@nuxt/ui/composables', () => ({ useToast: () => ({ add: () => undefined }) }));

const { default: WelcomePage } = await import('@/pages/welcome/WelcomePage.vue');

beforeEach(() => {
  vi.stubGlobal('api', fakeApi({}));
  setActivePinia(createPinia());
});

describe('the first page', () => {
  it('reads the letters of all languages that it offers, as soon as it is there', () => {
    shallowMount(WelcomePage, { global: { plugins: [i18n] } });
    expect(offerAllLetters).toHaveBeenCalledTimes(1);
  });
});
