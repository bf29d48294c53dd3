/**
 * What a part tries with.
 *
 * @typedef {object} Trying
 * @property {import('../report.mjs').Report} report
 * @property {number} seconds What there is for parts that go on for as long as one likes.
 * @property {number} seed Of what is tried at random; another one each time, unless told.
 */

/**
 * One part of docs/reliability.md.
 *
 * @typedef {object} Part
 * @property {string} name As in `npm run reliability -- --only <name>`.
 * @property {string} title
 * @property {(trying: Trying) => Promise<any>} run What came of it, as JSON; `failed` counts what must be mended.
 * @property {(result: any) => string} page In Markdown, without the title.
 * @property {(result: any, section: string) => string | null} [lesser] Why a result without a fault says less than what the page says
 *   already, which then stays; null: it does not.
 */

export {};
