import type { SearchStory, VoiceMap } from '@shared/contract/measurement';
import { together } from '@/words/together';
import { indexColor } from '../chartTheme';
import { baseOption, type ChartContext, emptyPicture, hoveredValue, type Picture } from '../picture';
import { hasHoles, type MapGroup, mapSeries, planeOf, rings } from '../voiceMap/voiceMapOption';

const NAME = 'search-story';

/** The voice asks; the nearest groups are searched; what they hold is blended. */
export const STORY_STEPS = 3;

export interface SearchStoryInput {
  readonly map: VoiceMap | null;
  readonly story: SearchStory | null;
  readonly indexSlot: number;
  /** 1 to 3. */
  readonly step: number;
}

/** The picture of one step, and what happens in it. */
export interface StoryStep {
  readonly picture: Picture;
  readonly words: string;
}

/** Where groups lie close, one of them is called missed: the rings show the others. */
const ONE_IS_ENOUGH = { hideOverlap: true } as const;
/** Every share of the blend is told: they make room for each other. */
const APART = { moveOverlap: 'shiftY' } as const;

/** P9: one frame of the voice, searched step by step on its own map. */
export function searchStory({ map, story, indexSlot, step }: SearchStoryInput, context: ChartContext): StoryStep {
  const { t, format, colors } = context;
  const title = t('searchStory.title');
  if (map === null || story === null || map.groups.length === 0) {
    return { picture: emptyPicture(NAME, title, t('searchStory.unknown')), words: '' };
  }

  const searched = story.probes.slice(0, story.nprobe);
  const hits = story.truth.filter(({ list }) => searched.some((probe) => probe.list === list));
  const missed = story.truth.filter((neighbor) => !hits.includes(neighbor));
  const needed = probesFor(story);
  const groupsOf = (lists: readonly number[]): MapGroup[] => map.groups.filter(({ list }) => lists.includes(list));
  const searchedGroups = groupsOf(searched.map(({ list }) => list));
  const values = {
    nprobe: format.exact(story.nprobe),
    groups: format.exact(map.groups.length),
    hits: format.exact(hits.length),
    truth: format.exact(story.truth.length),
    needed: format.exact(needed ?? 0),
  };
  const color = indexColor(colors, indexSlot);
  const harmful = hasHoles(map, story.nprobe);
  const xs = map.groups.map(({ x }) => x);
  // Words beside the moment would be cut off at the other edge.
  const roomySide = 2 * story.x > Math.min(...xs) + Math.max(...xs) ? ('left' as const) : ('right' as const);

  const picture: Picture = {
    title,
    summary: t('searchStory.summary', values, story.nprobe),
    name: NAME,
    table: {
      columns: [t('searchStory.neighbor'), t('voiceMap.group'), t('searchStory.distance'), t('searchStory.weight')],
      rows: [
        ...story.found.map(({ list, distance, weight }, place) => [
          t('searchStory.foundNumber', { place: format.exact(place + 1) }),
          list,
          distance,
          weight * 100,
        ]),
        ...missed.map(({ list, distance }) => [t('searchStory.missed'), list, distance, null]),
      ],
    },
    option: {
      ...baseOption(context),
      ...planeOf(
        context,
        step === 1 ? [...map.groups, story] : [...groupsOf(story.probes.map(({ list }) => list)), story],
        harmful,
      ),
      series: [
        ...mapSeries(map, { color, harmful, opacity: step === 1 ? 1 : 0.3 }, context),
        ...(step < 2
          ? []
          : [
              ...searchedGroups.map(({ x, y }) => ({
                type: 'line' as const,
                data: [
                  [story.x, story.y],
                  [x, y],
                ],
                symbol: 'none',
                silent: true,
                lineStyle: { color: colors.text, width: 1.5 },
                emphasis: { disabled: true },
                z: 4,
              })),
              {
                ...rings(searchedGroups, colors.text, 2, 18),
                itemStyle: { color, borderColor: colors.text, borderWidth: 2 },
              },
            ]),
        ...(step < 3
          ? []
          : [
              {
                ...rings(groupsOf(missed.map(({ list }) => list)), colors.unusable, 3, 20),
                label: storyLabel(t('searchStory.missedHere')),
                labelLayout: ONE_IS_ENOUGH,
              },
              {
                ...rings(groupsOf(story.found.map(({ list }) => list)), colors.text, 2, 18),
                itemStyle: { color, borderColor: colors.text, borderWidth: 2 },
                // Of a hundred groups that are searched most give nothing: they say so by having no share.
                label: {
                  ...storyLabel(''),
                  position: 'bottom' as const,
                  formatter: (parameters: unknown) => weightIn(hoveredValue(parameters)[2] ?? -1),
                },
                labelLayout: APART,
              },
            ]),
        {
          type: 'scatter' as const,
          data: [[story.x, story.y]],
          symbol: 'pin',
          symbolSize: 30,
          symbolOffset: [0, '-35%'],
          silent: true,
          itemStyle: { color: colors.text, borderColor: colors.surface, borderWidth: 1.5, opacity: 1 },
          label: step === 1 ? { ...storyLabel(t('searchStory.moment')), position: roomySide } : { show: false },
          z: 6,
        },
      ],
    },
  };
  return { picture, words: wordsOf() };

  function storyLabel(text: string) {
    return {
      show: true,
      position: 'right' as const,
      formatter: text,
      color: colors.text,
      fontSize: 12,
      backgroundColor: colors.surface,
      padding: [2, 5],
      borderRadius: 3,
    };
  }

  function weightIn(list: number): string {
    const given = story?.found.filter((neighbor) => neighbor.list === list) ?? [];
    return format.percent(given.reduce((sum, { weight }) => sum + weight, 0));
  }

  function wordsOf(): string {
    switch (step) {
      case 1:
        return t('searchStory.ask', values, map?.groups.length ?? 0);
      case 2:
        return t('searchStory.search', values, story?.nprobe ?? 1);
      default:
        return together(
          t('searchStory.blend', values, hits.length),
          missed.length === 0 ? '' : t(needed === null ? 'searchStory.farther' : 'searchStory.reach', values),
        );
    }
  }
}

/** How many groups must be searched to find all true neighbors; null when they lie beyond the ones that are known. */
function probesFor({ probes, truth }: SearchStory): number | null {
  const places = truth.map(({ list }) => probes.findIndex((probe) => probe.list === list));
  return places.some((place) => place === -1) ? null : Math.max(0, ...places) + 1;
}
