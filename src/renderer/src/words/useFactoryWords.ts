import { useI18n } from 'vue-i18n';
import { assertNever } from '@shared/domain/assertNever';
import type { InvalidFactory } from '@shared/domain/factory/grammar';
import type { Code, FactoryPart, Quantizer } from '@shared/domain/factory/grammar';
import { useFormat } from '@/words/useFormat';

/** Says in plain words what the parts of a factory string do. */
export function useFactoryWords() {
  const { t } = useI18n();
  const format = useFormat();

  function part(of: FactoryPart): string {
    switch (of.kind) {
      case 'transform':
        return of.output === null
          ? t(`build.factory.transforms.${of.name}`)
          : t('build.factory.withOutput', {
              words: t(`build.factory.transforms.${of.name}`),
              output: format.value.exact(of.output),
            });
      case 'lists':
        return [t('build.factory.lists', { count: format.value.exact(of.nlist) }, of.nlist), quantizer(of.quantizer)]
          .filter((words) => words !== '')
          .join(', ');
      case 'graph':
        return t('build.factory.graph', { links: of.links });
      case 'code':
        return code(of.code);
      case 'refine':
        return t('build.factory.refine', { by: format.value.list(of.by.map(part)) });
      case 'idMap':
        return t('build.factory.idMap');
      default:
        return assertNever(of);
    }
  }

  function quantizer(of: Quantizer): string {
    switch (of.kind) {
      case 'flat':
        return '';
      case 'graph':
        return t('build.factory.quantizers.graph');
      case 'product':
        return t('build.factory.quantizers.product');
      case 'index':
        return t('build.factory.quantizers.index', { by: format.value.list(of.parts.map(part)) });
      default:
        return assertNever(of);
    }
  }

  function code(of: Code): string {
    switch (of.kind) {
      case 'flat':
        return t('build.factory.codes.flat');
      case 'scalar':
        return t(`build.factory.codes.${of.type}`);
      case 'product':
        return t('build.factory.codes.product', {
          pieces: of.subquantizers,
          patterns: format.value.exact(2 ** of.bits),
        });
      case 'fastScan':
        return t('build.factory.codes.fastScan', { pieces: of.subquantizers });
      case 'twoProducts':
        return t('build.factory.codes.twoProducts', { first: of.first, second: of.second });
      case 'lsh':
        return t('build.factory.codes.lsh');
      default:
        return assertNever(of);
    }
  }

  /** Why FAISS refuses it. */
  function fault({ reason, values }: InvalidFactory): string {
    return t(`build.factory.reasons.${reason}`, values);
  }

  return { part, fault };
}
