/// <reference types="vite/client" />
import type { Api } from '@shared/contract/api';

declare global {
  interface Window {
    readonly api: Api;
  }
}
