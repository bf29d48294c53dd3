import type { WebContents } from 'electron';
import { isOwnPage } from './guards';

/** What is known of who sent a message. */
export interface Sender {
  readonly sender: Pick<WebContents, 'isDestroyed'>;
  readonly senderFrame: { readonly url: string; readonly parent: unknown } | null;
}

/** The windows of ours that may ask for something. */
export class TrustedSenders {
  readonly #contents = new Set<Sender['sender']>();
  readonly #devServer: string | undefined;

  constructor(devServer: string | undefined) {
    this.#devServer = devServer;
  }

  add(contents: WebContents): void {
    this.#contents.add(contents);
    contents.once('destroyed', () => this.#contents.delete(contents));
  }

  /** Only the main frame of a living window of ours, while it shows our page. */
  accepts({ sender, senderFrame }: Sender): boolean {
    return (
      this.#contents.has(sender) &&
      !sender.isDestroyed() &&
      senderFrame !== null &&
      senderFrame.parent === null &&
      isOwnPage(senderFrame.url, this.#devServer)
    );
  }
}
