import type { EngineEvent } from '../contract/messages.ts';

/** Tells the backend what happens. */
export type Emit = (event: EngineEvent) => void;
