/**
 * What a section measures with.
 *
 * @typedef {object} Bench
 * @property {import('../report.mjs').Report} report
 * @property {readonly Python[]} pythons Those with FAISS, the system's first.
 * @property {number} rounds
 * @property {boolean} quick Everything is small, so that only it shows that it works.
 * @property {boolean} long What takes an hour is measured, too.
 * @property {(version: 'v1' | 'v2', minutes: number) => Promise<string>} voice A folder of generated features.
 */

/**
 * @typedef {object} Python
 * @property {string} name
 * @property {string} title
 * @property {string} path
 */

/**
 * One part of docs/benchmarks.md.
 *
 * @typedef {object} Section
 * @property {string} name As in `npm run bench -- --only <name>`.
 * @property {string} title
 * @property {(bench: Bench) => Promise<any>} measure What was measured, as JSON.
 * @property {(result: any) => import('./words.mjs').Target[]} targets
 * @property {(result: any) => string} page In Markdown, without title and goals.
 */

export {};
