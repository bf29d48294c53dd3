import type { HealthLevel } from '@shared/domain/verdict/health';

export const LEVEL_COLORS: Readonly<Record<HealthLevel, string>> = {
  good: 'text-good',
  usable: 'text-usable',
  repair: 'text-repair',
  unusable: 'text-unusable',
  none: 'text-soft',
  unmeasured: 'text-soft',
};
