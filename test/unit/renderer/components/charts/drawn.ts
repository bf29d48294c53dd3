import '@/components/charts/echarts';
import { SVGRenderer } from 'echarts/renderers';
import { init, use } from 'echarts/core';
import type { ChartOption } from '@/components/charts/echarts';

use([SVGRenderer]);

/** Draws an option without a page and yields the SVG. */
export function drawn(option: ChartOption | null): string {
  const chart = init(null, null, { renderer: 'svg', ssr: true, width: 600, height: 300 });
  try {
    chart.setOption(option ?? {});
    return chart.renderToSVGString();
  } finally {
    chart.dispose();
  }
}

/** The data of one series, as rows of numbers. */
export function seriesData(option: ChartOption | null, series: number): number[][] {
  const all = [option?.series ?? []].flat();
  const data: unknown = all[series]?.data;
  if (!Array.isArray(data)) throw new Error(`Series ${series} has no data`);
  return data as number[][];
}

/** What the option's tooltip says about a data item. */
export function tooltipText(option: ChartOption | null, parameters: object): string {
  const tooltip = [option?.tooltip ?? []].flat()[0];
  if (typeof tooltip?.formatter !== 'function') throw new Error('The option has no tooltip text');
  return String((tooltip.formatter as (parameters: object) => unknown)(parameters));
}
