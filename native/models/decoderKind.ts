import type { supportedArchitectures } from '../contract/support.ts';
import type { RopeSettings } from '../ggml/graph.ts';

/** What differs between the decoders that are built of the same ops. */
export interface DecoderKind {
  readonly name: (typeof supportedArchitectures)[number];
  /** How the weights of q and k are ordered in the file. */
  readonly ropeMode: RopeSettings['mode'];
}
