import type { Figure } from '@shared/contract/measurement';
import { assertNever } from '@shared/domain/assertNever';
import type { CompareMetric } from '@shared/domain/measures/compare';
import type { ChartContext } from '../picture';

/** A figure of the comparison in the units of its row. */
export function metricText(metric: CompareMetric, figure: Figure | null, { t, format }: ChartContext): string {
  if (figure === null) return '–';
  switch (metric) {
    case 'same':
    case 'recall':
    case 'missing':
    case 'droppedBlocks':
    case 'small':
      return t('compareTable.of100', { part: format.of100(figure.value) });
    case 'closeness':
      return format.percent(figure.value);
    case 'cost':
      return t('sizeAndCost.milliseconds', { ms: format.number(figure.value) });
    case 'bytes':
      return format.bytes(figure.value);
    default:
      return assertNever(metric);
  }
}
