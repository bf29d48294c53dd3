// @vitest-environment happy-dom
import { mount } from '@vue/test-utils';
import { describe, expect, it, vi } from 'vitest';
import { defineComponent, h } from 'vue';
import type { LinkKind } from '@shared/jobs/exportPlan';
import { i18n } from '@/language/i18n';
import { PlainButton } from '../../../../fixtures/plainButton';

vi.mock('@nuxt/ui/components/Button.vue', () => ({ default: PlainButton }));
vi.mock('@/words/useFailure', () => ({ useFailure: () => ({}) }));
vi.mock('@/components/ui/FailureNote.vue', () => ({ default: { template: '<i />' } }));
vi.mock('@nuxt/ui/components/Icon.vue', () => ({ default: { template: '<i />' } }));
vi.mock('@nuxt/ui/components/Switch.vue', () => ({
  default: defineComponent({
    props: { modelValue: Boolean, disabled: Boolean, label: { type: String, default: '' } },
    emits: ['update:modelValue'],
    setup: (props, { emit }) => {
      const turn = (): void => emit('update:modelValue', !props.modelValue);
      return () =>
        h('input', { type: 'checkbox', checked: props.modelValue, disabled: props.disabled, onChange: turn });
    },
  }),
}));

const { default: ExportPlanView } = await import('@/pages/export/ExportPlanView.vue');

function view(link: LinkKind | null, wanted = false) {
  const wrapper = mount(ExportPlanView, {
    props: {
      plan: {
        host: 'rvc' as const,
        targets: [{ path: '/RVC/logs/Aria/added.index', state: 'new' as const, backup: null }],
        bytes: 2_000_000,
        link,
        slots: [],
        slot: null,
        others: [],
        beside: null,
        warnings: [],
        problems: [],
      },
      setAside: false,
      link: wanted,
    },
    global: { plugins: [i18n] },
  });
  const { element } = wrapper.get('input');
  return { wrapper, element, reason: wrapper.get(`#${wrapper.get('input').attributes('aria-describedby')}`).text() };
}

describe('ExportPlanView', () => {
  it('offers a link where the disk can make one, and says what it is', async () => {
    const { wrapper, element, reason } = view('hard');
    expect(element.disabled).toBe(false);
    expect(reason).toContain('second name');
    await wrapper.get('input').setValue(true);
    expect(wrapper.emitted('update:link')).toEqual([[true]]);
  });

  it('says that nothing is written by a link, and what a link to another disk needs', () => {
    expect(view('hard', true).wrapper.text()).toContain('Nothing is written');
    expect(view('symbolic').reason).toContain('another disk');
  });

  it('says before anything is pressed why there is none, and that what was wished is a copy', () => {
    const { wrapper, element, reason } = view(null, true);
    expect([element.disabled, element.checked]).toEqual([true, false]);
    expect(reason).toContain('cannot link');
    expect(wrapper.text()).toContain('2 MB will be written');
  });
});
