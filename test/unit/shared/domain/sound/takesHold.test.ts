import { describe, expect, it } from 'vitest';
import { takesHold } from '@shared/domain/sound/takesHold';

describe('takesHold', () => {
  it('as long as no index was written since they were made', () => {
    expect(takesHold(100, [50, 100])).toBe(true);
    expect(takesHold(100, [50, 101])).toBe(false);
    expect(takesHold(100, [50, null])).toBe(false);
    expect(takesHold(null, [50])).toBe(false);
  });
});
