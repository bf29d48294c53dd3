// @vitest-environment happy-dom
import { mount } from '@vue/test-utils';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { defineComponent, h } from 'vue';
import { i18n } from '@/language/i18n';
import type { ChartOption } from '@/components/charts/echarts';

vi.mock('@nuxt/ui/components/Button.vue', () => ({
  default: defineComponent({
    props: { label: { type: String, default: '' } },
    setup: (props) => () => h('button', { type: 'button' }, props.label),
  }),
}));
vi.mock('@/components/ui/WhatIsThis.vue', () => ({ default: { template: '<i />' } }));
let breaks = false;
vi.mock('vue-echarts', () => ({
  default: defineComponent({
    setup: () => () => {
      if (breaks) throw new Error('cannot draw');
      return h('canvas');
    },
  }),
}));
const saved: { content: Blob; name: string }[] = [];
vi.mock('@/components/charts/saveFile', () => ({
  saveFile: (content: Blob, name: string) => saved.push({ content, name }),
  pngOf: vi.fn(),
}));

const { default: ChartFrame } = await import('@/components/charts/ChartFrame.vue');

const table = { columns: ['Group', 'Frames'], rows: Array.from({ length: 600 }, (_, row) => [`g${row}`, row + 0.5]) };

function frame(option: ChartOption | null = {}, rows = table) {
  return mount(ChartFrame, {
    props: {
      title: 'Are they even?',
      summary: 'They are.',
      terms: [],
      option,
      table: rows,
      name: 'sizes',
      subject: 'Aria',
    },
    global: { plugins: [i18n] },
  });
}

function press(wrapper: ReturnType<typeof frame>, label: string): Promise<void> {
  const button = wrapper.findAll('button').find((candidate) => candidate.text() === label);
  if (button === undefined) throw new Error(`No button ${label}`);
  return button.trigger('click');
}

afterEach(() => {
  breaks = false;
  saved.length = 0;
});

describe('ChartFrame', () => {
  it('is an image whose name is the answer', () => {
    const wrapper = frame();
    expect(wrapper.get('[role=img]').attributes('aria-label')).toBe('They are.');
    expect(wrapper.get('h3').text()).toBe('Are they even?');
  });

  it('becomes a table and a picture again', async () => {
    const wrapper = frame();
    await press(wrapper, 'Show as table');
    expect(wrapper.find('[role=img]').exists()).toBe(false);
    expect(wrapper.findAll('tbody tr')).toHaveLength(500);
    expect(wrapper.text()).toContain('The first 500 of 600 rows.');
    await press(wrapper, 'Show picture');
    expect(wrapper.find('[role=img]').exists()).toBe(true);
  });

  it('saves every row under the name of the voice', async () => {
    await press(frame(), 'Save data');
    expect(saved[0]?.name).toBe('Aria-sizes.csv');
    expect((await saved[0]!.content.text()).trimEnd().split('\r\n')).toHaveLength(601);
  });

  it('is a sentence, with nothing to save, when there is nothing to draw', () => {
    const wrapper = frame(null, { columns: [], rows: [] });
    expect(wrapper.findAll('button')).toHaveLength(0);
    expect(wrapper.find('[role=img]').exists()).toBe(false);
    expect(wrapper.text()).toBe('Are they even?They are.');
  });

  it('falls back to the table when the drawing fails', async () => {
    breaks = true;
    const wrapper = frame();
    // What draws is read first, which takes its time on a busy machine.
    await vi.waitFor(() => expect(wrapper.findAll('tbody tr')).toHaveLength(500), { timeout: 20_000 });
    expect(wrapper.text()).toContain('could not be drawn');
  });
});
