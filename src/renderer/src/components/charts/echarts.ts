import {
  BarChart,
  type BarSeriesOption,
  EffectScatterChart,
  type EffectScatterSeriesOption,
  LineChart,
  type LineSeriesOption,
  ScatterChart,
  type ScatterSeriesOption,
} from 'echarts/charts';
import {
  DataZoomComponent,
  type DataZoomComponentOption,
  GridComponent,
  type GridComponentOption,
  LegendComponent,
  type LegendComponentOption,
  MarkLineComponent,
  TooltipComponent,
  type TooltipComponentOption,
} from 'echarts/components';
import { type ComposeOption, init, use } from 'echarts/core';
import { LabelLayout } from 'echarts/features';
import { CanvasRenderer } from 'echarts/renderers';

/** Everything of ECharts that the pictures use, and nothing else: the rest stays out of the bundle. */
use([
  BarChart,
  CanvasRenderer,
  DataZoomComponent,
  EffectScatterChart,
  GridComponent,
  LabelLayout,
  LegendComponent,
  LineChart,
  MarkLineComponent,
  ScatterChart,
  TooltipComponent,
]);

/** What draws them, with all that they use. */
export { default as VChart } from 'vue-echarts';
export { init };

export type ChartSeries = BarSeriesOption | EffectScatterSeriesOption | LineSeriesOption | ScatterSeriesOption;

export type ChartOption = ComposeOption<
  | BarSeriesOption
  | DataZoomComponentOption
  | EffectScatterSeriesOption
  | GridComponentOption
  | LegendComponentOption
  | LineSeriesOption
  | ScatterSeriesOption
  | TooltipComponentOption
>;
