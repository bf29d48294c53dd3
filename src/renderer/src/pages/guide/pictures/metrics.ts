/** A point on the plane of the picture; its length is its distance from the origin. */
export interface Point {
  readonly x: number;
  readonly y: number;
}

export const METRICS = ['l2', 'ip', 'cosine'] as const;
export type PictureMetric = (typeof METRICS)[number];

const dot = (a: Point, b: Point): number => a.x * b.x + a.y * b.y;

/** How near two points are by a metric: the larger, the nearer. */
function nearness(metric: PictureMetric, a: Point, b: Point): number {
  switch (metric) {
    case 'l2':
      return -Math.hypot(a.x - b.x, a.y - b.y);
    case 'ip':
      return dot(a, b);
    case 'cosine':
      return dot(a, b) / (Math.hypot(a.x, a.y) * Math.hypot(b.x, b.y));
  }
}

/** The place of the point that a metric takes for the nearest. */
export function nearestBy(metric: PictureMetric, asking: Point, points: readonly Point[]): number {
  const all = points.map((point) => nearness(metric, asking, point));
  return all.indexOf(Math.max(...all));
}

/**
 * The weights of a frame's neighbors in its expansion, max(0, cosine)^alpha. The frame itself, with cosine 1, always
 * counts 1.
 */
export function expansionWeights(cosines: readonly number[], alpha: number): number[] {
  return cosines.map((cosine) => Math.max(0, cosine) ** alpha);
}

/** The cosine of two vectors of one length from their squared distance: d² = 2r² (1 - cos). */
export function cosineAt(squaredDistance: number, length: number): number {
  return Math.max(-1, 1 - squaredDistance / (2 * length * length));
}
