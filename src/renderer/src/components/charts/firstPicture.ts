const FONT = '12px';
/** Figures; and the letter that ECharts takes the height of a line from, for which another font is looked up. */
const TEXTS = ['0,1', '国'] as const;

const task = (): Promise<void> => new Promise((resolve) => setTimeout(resolve));

/**
 * Has a canvas measure its first text: that makes the browser look up its fonts, which takes longer than the picture. Done in
 * tasks of their own, the page answers in between.
 */
export async function measureFirstText(): Promise<void> {
  const context = document.createElement('canvas').getContext('2d');
  if (context === null) return;
  const { fontFamily } = getComputedStyle(document.body);
  context.font = `${FONT} ${fontFamily || 'sans-serif'}`;
  for (const text of TEXTS) {
    await task();
    context.measureText(text);
  }
  await task();
}
