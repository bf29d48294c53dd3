import { useI18n } from 'vue-i18n';
import type { VerdictRow } from '@shared/contract/measurement';
import type { Health, HealthAction } from '@shared/domain/verdict/health';
import { valueKind } from '@shared/domain/verdict/values';
import { useFailure } from './useFailure';
import { useFormat } from './useFormat';
import { together } from './together';

/** Says why an index is as healthy as it is. */
export function useHealthWords() {
  const { t } = useI18n();
  const format = useFormat();
  const failures = useFailure();

  /** A share as people say it: "98 of 100". What is not all or nothing never sounds like it. */
  function part(share: number): string {
    const whole = format.value.exact(100);
    if (share > 0 && share < 0.001) return t('verdict.fewerThan', { part: format.value.number(0.1), whole });
    return t('verdict.of', { part: format.value.of100(share), whole });
  }

  function value(name: string, of: string | number): string {
    if (typeof of === 'string') return of;
    switch (valueKind(name)) {
      case 'plain':
        return String(of);
      case 'part':
        return part(of);
      case 'percent':
        return format.value.percent(of);
      case 'number':
        return Number.isInteger(of) ? format.value.count(of) : format.value.number(of);
    }
  }

  function said(row: VerdictRow): Record<string, string> {
    return Object.fromEntries(Object.entries(row.values).map(([name, of]) => [name, value(name, of)]));
  }

  /** The finding of one check in a sentence. */
  const rowSentence = (row: VerdictRow): string => t(`verdict.checks.${row.check}.${row.finding}.sentence`, said(row));

  /** What it means, with its values. */
  const rowWhy = (row: VerdictRow): string => t(`verdict.checks.${row.check}.${row.finding}.why`, said(row));

  /** One or two words beside the mark. */
  function level({ level, finding }: Health): string {
    return finding.kind === 'nothing' ? t(`verdict.nothing.${finding.reason}.word`) : levelName(level);
  }

  const levelName = (name: string): string => t(`verdict.levels.${name}`);

  /** One sentence: the finding. */
  function sentence({ finding }: Health): string {
    switch (finding.kind) {
      case 'nothing':
        return finding.problem
          ? failures.words(finding.problem).sentence
          : t(`verdict.nothing.${finding.reason}.sentence`);
      case 'problem':
        return t(`errors.${finding.code}.sentence`);
      case 'link':
        return t('verdict.link.sentence');
      case 'verdict':
        return rowSentence(finding.row);
    }
  }

  /** What lies behind it. */
  function why({ finding }: Health): string {
    switch (finding.kind) {
      case 'nothing':
        return finding.problem ? causeAndAction(finding.problem) : t(`verdict.nothing.${finding.reason}.why`);
      case 'problem':
        return causeAndAction({ code: finding.code, details: {} });
      case 'link':
        return t('verdict.link.why');
      case 'verdict': {
        const { row, verdict } = finding;
        if (row.level !== 'good') return rowWhy(row);
        const others = verdict.rows.filter(({ check }) => check === 'missing' || check === 'recall');
        return together(...(others.length > 0 ? others : [row]).map(rowWhy));
      }
    }
  }

  function causeAndAction(problem: Parameters<typeof failures.words>[0]): string {
    const { cause, action } = failures.words(problem);
    return together(cause, action);
  }

  /** The button of an action. */
  function action(name: HealthAction, host: string): string {
    return t(`verdict.actions.${name}`, { host });
  }

  return { part, level, levelName, sentence, why, rowSentence, rowWhy, action };
}
