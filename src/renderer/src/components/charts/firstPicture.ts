import type { ChartOption, init } from './echarts';

const FONT = '12px';
/** Figures; and the letter that ECharts takes the height of a line from, for which another font is looked up. */
const TEXTS = ['0,1', '国'] as const;

const AXES: ChartOption = { animation: false, grid: {}, legend: {}, tooltip: {}, xAxis: {}, yAxis: {} };
const LINE: ChartOption = { ...AXES, series: [{ type: 'line', data: [0, 1] }] };
/** Each of these runs code that has never run when there is only what is before it. */
const STAGES = [{ animation: false }, AXES, LINE] as const satisfies readonly ChartOption[];
const SIDE = 100;

const task = (): Promise<void> => new Promise((resolve) => setTimeout(resolve));

/**
 * Draws a picture that nobody sees, bit by bit: for the first one the browser looks up its fonts and makes the drawing code
 * ready to run, which takes longer than the picture. Done in tasks of their own, the page answers in between.
 */
export async function drawFirstPicture(begin: typeof init): Promise<void> {
  const context = document.createElement('canvas').getContext('2d');
  if (context === null) return;
  const { fontFamily } = getComputedStyle(document.body);
  context.font = `${FONT} ${fontFamily || 'sans-serif'}`;
  for (const text of TEXTS) {
    await task();
    context.measureText(text);
  }
  await task();
  const picture = begin(document.createElement('div'), null, { width: SIDE, height: SIDE });
  for (const stage of STAGES) {
    await task();
    picture.setOption(stage, { notMerge: true });
  }
  await task();
  picture.dispose();
}
