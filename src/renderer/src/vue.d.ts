/** For tools that do not read single-file components; vue-tsc does and ignores this. */
declare module '*.vue' {
  import type { DefineComponent } from 'vue';
  const component: DefineComponent<object, object, unknown>;
  export default component;
}
