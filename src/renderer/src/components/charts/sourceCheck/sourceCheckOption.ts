import type { SourceCheck } from '@shared/contract/measurement';
import { together } from '@/words/together';
import {
  baseOption,
  type ChartContext,
  hatch,
  hoveredIndex,
  type Picture,
  tooltip,
  tooltipHtml,
  xAxis,
} from '../picture';

const NAME = 'source-check';

/** Below this share, repeated frames are the short silences of any recording. */
const USUAL_REPEATS = 0.02;

/** Raw HuBERT frames have norms of about 5 to 16; a mean near 1 means that they were normalized. */
const NORMALIZED_BELOW = 2;

/** Whether there is more silence than in any recording. */
const repeatsMuch = ({ repeated }: SourceCheck): boolean => repeated > USUAL_REPEATS;

/** Files that repeat themselves, those that do so most first. */
export function repeatingFiles({ repeatedFiles }: SourceCheck): SourceCheck['repeatedFiles'] {
  return repeatedFiles.filter(({ share }) => share > 0).toSorted((a, b) => b.share - a.share);
}

/** P12: files whose frames repeat (silence) or are not numbers. */
export function sourceCheck(source: SourceCheck, context: ChartContext): Picture {
  const { t, format, colors } = context;
  const repeating = repeatingFiles(source);
  const repeats = source.repeated === 0 ? 'noneRepeated' : repeatsMuch(source) ? 'muchRepeated' : 'littleRepeated';
  const brokenRows = source.nonFinite.reduce((sum, { rows }) => sum + rows, 0);

  return {
    title: t('sourceCheck.title'),
    summary: together(
      t(
        'sourceCheck.material',
        { frames: format.count(source.frames), files: format.exact(source.files) },
        source.files,
      ),
      t(`sourceCheck.${repeats}`, {
        share: format.percent(source.repeated),
      }),
      brokenRows === 0
        ? t('sourceCheck.allFinite')
        : t(
            'sourceCheck.nonFinite',
            { rows: format.exact(brokenRows), files: format.exact(source.nonFinite.length) },
            brokenRows,
          ),
      source.norm.mean < NORMALIZED_BELOW && source.frames > 0
        ? t('sourceCheck.normalized', { mean: format.number(source.norm.mean) })
        : '',
    ),
    name: NAME,
    table: {
      columns: [t('sourceCheck.file'), t('sourceCheck.problem'), t('sourceCheck.frames'), t('sourceCheck.shareOfFile')],
      rows: [
        ...source.nonFinite.map(({ file, rows }) => [file, t('sourceCheck.notNumbers'), rows, null]),
        ...repeating.map(({ file, share, frames }) => [file, t('sourceCheck.repeats'), frames, share * 100]),
      ],
    },
    // The short silences of any recording need no picture.
    option: repeats === 'muchRepeated' ? repeatsOption(repeating) : null,
  };

  function repeatsOption(files: SourceCheck['repeatedFiles']) {
    return {
      ...baseOption(context),
      grid: { left: 4, right: 56, top: 30, bottom: 4 },
      tooltip: {
        ...tooltip(context),
        trigger: 'axis' as const,
        axisPointer: { type: 'none' as const },
        formatter: (parameters: unknown) => {
          const file = files[hoveredIndex(parameters)];
          if (file === undefined) return '';
          return tooltipHtml(file.file, [
            t('sourceCheck.repeatLine', { share: format.percent(file.share), frames: format.exact(file.frames) }),
          ]);
        },
      },
      xAxis: {
        ...xAxis(context, ''),
        type: 'value' as const,
        position: 'top' as const,
        min: 0,
        axisLine: { show: false },
        axisLabel: {
          color: colors.muted,
          fontSize: 12,
          hideOverlap: true,
          formatter: (value: number) => format.percent(value),
        },
      },
      yAxis: {
        type: 'category' as const,
        inverse: true,
        data: files.map(({ file }) => file),
        axisLine: { lineStyle: { color: colors.muted } },
        axisTick: { show: false },
        axisLabel: { color: colors.text, fontSize: 12, width: 160, overflow: 'truncate' as const, interval: 0 },
      },
      series: [
        {
          type: 'bar' as const,
          barWidth: '62%',
          data: files.map(({ share }) => share),
          itemStyle: { color: colors.usable, decal: hatch(colors.surface) },
          emphasis: { disabled: true },
          label: {
            show: true,
            position: 'right' as const,
            color: colors.text,
            fontSize: 12,
            formatter: (parameters: unknown) => format.percent(files[hoveredIndex(parameters)]?.share ?? 0),
          },
        },
      ],
    };
  }
}

/** Height that gives each file a line. */
export function sourceCheckHeight(source: SourceCheck): number {
  return 44 + 22 * Math.max(1, repeatingFiles(source).length);
}
