export interface Message {
  readonly role: 'system' | 'user' | 'assistant';
  readonly content: string;
}
export type Conversation = readonly Message[];
