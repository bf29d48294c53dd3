// @vitest-environment happy-dom
import { mount } from '@vue/test-utils';
import { describe, expect, it } from 'vitest';
import { type BuildOptions, NOTHING_LEFT_OUT, plain } from '@shared/contract/build';
import { i18n } from '@/language/i18n';
import SpeakerChoice from '@/pages/build/SpeakerChoice.vue';

function choice(modelValue: BuildOptions) {
  const wrapper = mount(SpeakerChoice, { props: { modelValue, speakers: ['0', '7'] }, global: { plugins: [i18n] } });
  const choose = async (place: number): Promise<BuildOptions['selection'] | undefined> => {
    await wrapper.findAll('input')[place]?.setValue(true);
    return (wrapper.emitted('update:modelValue')?.at(-1)?.[0] as BuildOptions | undefined)?.selection;
  };
  return { wrapper, choose };
}

describe('SpeakerChoice', () => {
  it('asks whose index it is, and begins with all of them', () => {
    const { wrapper } = choice(plain('balanced'));
    expect(wrapper.text()).toContain('2 speakers');
    expect(wrapper.findAll('label').map((label) => label.text())).toEqual([
      'All of them together',
      'Only speaker 0',
      'Only speaker 7',
    ]);
    expect(wrapper.findAll('input').map(({ element }) => element.checked)).toEqual([true, false, false]);
  });

  it('takes one, beside what else is left out, and all of them again', async () => {
    expect(await choice(plain('balanced')).choose(2)).toEqual({ ...NOTHING_LEFT_OUT, speaker: '7' });
    const silent = { ...plain('balanced'), selection: { ...NOTHING_LEFT_OUT, silence: true, speaker: '0' } };
    expect(await choice(silent).choose(1)).toBeUndefined();
    expect(await choice(silent).choose(0)).toEqual({ ...NOTHING_LEFT_OUT, silence: true });
    const one = { ...plain('balanced'), selection: { ...NOTHING_LEFT_OUT, speaker: '0' } };
    expect(await choice(one).choose(0)).toBeNull();
  });
});
