import { computed, ref, shallowRef } from 'vue';
import { type BuildOptions, plain } from '@shared/contract/build';
import type { JobRequest } from '@shared/jobs';
import type { RecipeId } from '@shared/contract/primitives';
import { buildProblem } from '@shared/domain/recipes/buildProblem';
import { planIndex } from '@shared/domain/recipes/plan';
import { DEFAULT_RECIPE } from '@shared/domain/recipes/recipes';
import { relevant } from './buildForm';

export type BuildRequest = Extract<JobRequest, { kind: 'train' }>;

/** What is built of. */
export interface Material {
  readonly frames: number;
  readonly dimension: number;
}

/** Everything chosen about a build, in one place, with what follows from it. */
export function useBuildForm(material: () => Material, beginning: BuildOptions = plain(DEFAULT_RECIPE)) {
  const options = shallowRef<BuildOptions>(beginning);
  const totalFea = ref(false);
  const recipe = computed({
    get: () => options.value.recipe,
    set: (value: RecipeId) => {
      options.value = { ...options.value, recipe: value };
    },
  });

  const input = computed(() => ({ options: options.value, ...material() }));
  const plan = computed(() => planIndex(input.value));
  const problem = computed(() => buildProblem(input.value));

  /** The job that builds this. */
  function request({ sources, name }: Pick<BuildRequest, 'sources' | 'name'>): BuildRequest {
    const { frames, dimension } = material();
    return { kind: 'train', sources, ...relevant(options.value, frames, dimension), name, totalFea: totalFea.value };
  }

  return { options, recipe, totalFea, plan, problem, request };
}
