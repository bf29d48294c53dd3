import type { ECharts } from 'echarts/core';
import type { ChartColors } from './chartTheme';

/** Time for the browser to take the bytes over before they are let go. */
const RELEASE_AFTER_MS = 10_000;

/** Hands a file to the person as a download; the page itself cannot write. */
export function saveFile(content: Blob, name: string): void {
  const url = URL.createObjectURL(content);
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  setTimeout(() => {
    URL.revokeObjectURL(url);
  }, RELEASE_AFTER_MS);
}

const SCALE = 2;
const PADDING = 24;

/** The picture as PNG, twice as sharp as on screen, with its question and answer above it: it explains itself. */
export async function pngOf(
  chart: Pick<ECharts, 'renderToCanvas' | 'getWidth'>,
  words: { readonly title: string; readonly summary: string },
  { colors, font }: { readonly colors: ChartColors; readonly font: string },
): Promise<Blob> {
  const drawn = chart.renderToCanvas({ pixelRatio: SCALE, backgroundColor: colors.surface });
  const width = chart.getWidth();
  const canvas = document.createElement('canvas');
  const context = canvas.getContext('2d');
  if (context === null) throw new Error('No canvas to draw on');

  const titleFont = `600 16px ${font}`;
  const textFont = `14px ${font}`;
  context.font = titleFont;
  const title = wrap(words.title, width, (text) => context.measureText(text).width);
  context.font = textFont;
  const summary = wrap(words.summary, width, (text) => context.measureText(text).width);
  const headHeight = title.length * 22 + summary.length * 20 + 16;

  canvas.width = (width + 2 * PADDING) * SCALE;
  canvas.height = (headHeight + 2 * PADDING) * SCALE + drawn.height;
  context.fillStyle = colors.surface;
  context.fillRect(0, 0, canvas.width, canvas.height);
  context.drawImage(drawn, PADDING * SCALE, (PADDING + headHeight) * SCALE);
  context.scale(SCALE, SCALE);
  context.textBaseline = 'top';
  context.fillStyle = colors.text;
  context.font = titleFont;
  title.forEach((line, row) => context.fillText(line, PADDING, PADDING + row * 22));
  context.fillStyle = colors.muted;
  context.font = textFont;
  summary.forEach((line, row) => context.fillText(line, PADDING, PADDING + title.length * 22 + 4 + row * 20));

  return new Promise((resolve, reject) => {
    canvas.toBlob((blob) => {
      if (blob === null) reject(new Error('The picture could not be encoded'));
      else resolve(blob);
    }, 'image/png');
  });
}

/** After a space; and between the letters of writings without spaces, but for what never begins or ends a line. */
const MAY_BREAK =
  /(?<= )|(?<=[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}ー、。，！？：；）」』】])(?![ ー、。，！？：；…）」』】ぁぃぅぇぉっゃゅょァィゥェォッャュョ]|$)/u;

/** Breaks a text into lines no wider than `width`. */
export function wrap(text: string, width: number, measure: (text: string) => number): string[] {
  const lines: string[] = [];
  let line = '';
  for (const piece of text.split(MAY_BREAK)) {
    const longer = line + piece;
    if (line !== '' && measure(longer.trimEnd()) > width) {
      lines.push(line.trimEnd());
      line = piece;
    } else {
      line = longer;
    }
  }
  return line === '' ? lines : [...lines, line];
}
