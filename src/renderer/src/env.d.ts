/// <reference types="vite/client" />
import type { Api } from '@shared/contract/channels';

declare global {
  interface Window {
    readonly api: Api;
  }
}
