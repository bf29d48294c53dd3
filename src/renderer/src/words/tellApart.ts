/** Something on a list that needs a name of its own. */
export interface Named {
  readonly name: string;
  /** What else could be said, in the order in which it is tried. */
  readonly details: readonly (readonly string[])[];
  /** When it came to be: of those that nothing tells apart, the first keeps its name. */
  readonly since: number;
}

/** Names of which no two are the same: with as little more as tells them apart, and a number where nothing does. */
export function tellApart(rows: readonly Named[]): string[] {
  const stages = Math.max(0, ...rows.map(({ details }) => details.length));
  let names = rows.map(({ name }) => name);
  for (let stage = 0; stage < stages; stage++) {
    const before = names;
    const detailed = before.map((name, place) => [name, ...(rows[place]?.details[stage] ?? [])].join(' · '));
    const told = new Map<string, Set<string>>();
    for (const [place, name] of before.entries())
      told.set(name, (told.get(name) ?? new Set()).add(detailed[place] ?? name));
    // What is the same of all that share a name tells none of them apart.
    names = before.map((name, place) => ((told.get(name)?.size ?? 0) > 1 ? (detailed[place] ?? name) : name));
  }
  const order = [...rows.keys()].sort((a, b) => (rows[a]?.since ?? 0) - (rows[b]?.since ?? 0) || a - b);
  const taken = new Set(names);
  const given = new Set<string>();
  for (const place of order) {
    const name = names[place] ?? '';
    let candidate = name;
    for (let number = 2; given.has(candidate) || (candidate !== name && taken.has(candidate)); number++)
      candidate = `${name} (${number})`;
    given.add(candidate);
    names[place] = candidate;
  }
  return names;
}
