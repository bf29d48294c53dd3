import type { HealthLevel } from '@/app/health';

/** Every level has its own shape and color, beside its word. */
export const LEVEL_ICONS: Readonly<Record<HealthLevel, string>> = {
  good: 'i-lucide-circle-check',
  usable: 'i-lucide-circle-minus',
  repair: 'i-lucide-wrench',
  unusable: 'i-lucide-octagon-x',
  none: 'i-lucide-circle-dashed',
};

export const LEVEL_COLORS: Readonly<Record<HealthLevel, string>> = {
  good: 'text-good',
  usable: 'text-usable',
  repair: 'text-repair',
  unusable: 'text-unusable',
  none: 'text-soft',
};
