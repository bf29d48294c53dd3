import type { VoiceLayout } from '@shared/contract/voices';

/** A folder that is a voice: one experiment of a host, or a bare folder of features. */
export interface Place {
  readonly layout: VoiceLayout;
  /** Real path of the experiment folder. */
  readonly path: string;
  readonly name: string;
  readonly featuresPath: string | null;
  /** The path under which it was found: a link, or the folder itself. It decides the name and the host. */
  readonly seen: string;
}
