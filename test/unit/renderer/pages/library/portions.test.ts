import { expect, it } from 'vitest';
import { ref } from 'vue';
import { usePortions } from '@/pages/library/portions';

it('begins with a portion, adds one at each press, and follows the list', () => {
  const items = ref(Array.from({ length: 70 }, (_, at) => at));
  const { shown, next, more } = usePortions(() => items.value);
  expect([shown.value.length, next.value]).toEqual([30, 30]);
  more();
  expect([shown.value.length, next.value]).toEqual([60, 10]);
  more();
  expect([shown.value.at(-1), next.value]).toEqual([69, 0]);
  items.value = [7];
  expect([shown.value, next.value]).toEqual([[7], 0]);
});
