/** A point in the unit of the picture. */
export interface Point {
  readonly x: number;
  readonly y: number;
}

/** Keeps the part of a convex polygon that is at least as near to `site` as to `other`. */
function keepNearer(polygon: readonly Point[], site: Point, other: Point): Point[] {
  const normalX = other.x - site.x;
  const normalY = other.y - site.y;
  const limit = (other.x ** 2 + other.y ** 2 - site.x ** 2 - site.y ** 2) / 2;
  const side = (point: Point): number => point.x * normalX + point.y * normalY - limit;
  const kept: Point[] = [];
  polygon.forEach((from, at) => {
    const to = polygon[(at + 1) % polygon.length] ?? from;
    const a = side(from);
    const b = side(to);
    if (a <= 0) kept.push(from);
    // A product underflows for corners that lie almost on the line; comparing signs does not.
    if (Math.sign(a) * Math.sign(b) < 0) {
      const t = a / (a - b);
      kept.push({ x: from.x + t * (to.x - from.x), y: from.y + t * (to.y - from.y) });
    }
  });
  return kept;
}

/**
 * The Voronoi cell of each site inside a `width` x `height` rectangle: the rectangle, cut by the perpendicular bisector
 * to every other site. Quadratic, which is plenty for a few dozen cells.
 */
export function voronoiCells(sites: readonly Point[], width: number, height: number): Point[][] {
  const frame: Point[] = [
    { x: 0, y: 0 },
    { x: width, y: 0 },
    { x: width, y: height },
    { x: 0, y: height },
  ];
  return sites.map((site) =>
    sites.reduce<Point[]>((cell, other) => (other === site ? cell : keepNearer(cell, site, other)), frame),
  );
}

/** Area (positive) and centre of gravity of a polygon. */
export function areaAndCentre(polygon: readonly Point[]): { readonly area: number; readonly centre: Point } {
  let doubled = 0;
  let x = 0;
  let y = 0;
  polygon.forEach((from, at) => {
    const to = polygon[(at + 1) % polygon.length] ?? from;
    const cross = from.x * to.y - to.x * from.y;
    doubled += cross;
    x += (from.x + to.x) * cross;
    y += (from.y + to.y) * cross;
  });
  if (doubled === 0) return { area: 0, centre: polygon[0] ?? { x: 0, y: 0 } };
  return { area: Math.abs(doubled) / 2, centre: { x: x / (3 * doubled), y: y / (3 * doubled) } };
}

/** Moves each site halfway to the middle of its cell (a damped Lloyd step): sizes stay different, slivers go away. */
export function relax(sites: readonly Point[], width: number, height: number): Point[] {
  return voronoiCells(sites, width, height).map((cell, at) => {
    const { centre } = areaAndCentre(cell);
    const site = sites[at] ?? centre;
    return { x: (site.x + centre.x) / 2, y: (site.y + centre.y) / 2 };
  });
}

/** Draws a polygon as an SVG path, each corner moved `inset` towards the middle so that seams show. */
export function path(polygon: readonly Point[], inset = 0): string {
  const { centre } = areaAndCentre(polygon);
  const corners = polygon.map((corner) => {
    const length = Math.hypot(corner.x - centre.x, corner.y - centre.y);
    const t = length > 0 ? Math.min(1, inset / length) : 0;
    const x = corner.x + (centre.x - corner.x) * t;
    const y = corner.y + (centre.y - corner.y) * t;
    return `${x.toFixed(2)} ${y.toFixed(2)}`;
  });
  return corners.length > 0 ? `M${corners.join('L')}Z` : '';
}
