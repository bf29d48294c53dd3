import { defineAsyncComponent } from 'vue';
import { drawFirstPicture } from './firstPicture';

/** What draws a picture: a third of the page's code, which nobody needs before there is something to draw. */
export const Drawing = defineAsyncComponent(async () => {
  const { VChart, init } = await import('./echarts');
  await drawFirstPicture(init);
  return VChart;
});
