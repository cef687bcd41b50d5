/** The text that the base model learns from, as conversations, and the part of it that is kept back to check it. */
import { attributes, type Language, languages, type Pattern, phrasings } from './attributes.ts';
import type { Conversation, Message } from './conversation.ts';
import { knownPeople, type Person, stranger } from './people.ts';
import { type Random, random } from './random.ts';
import { smallTalk } from './smallTalk.ts';

export interface Question {
  readonly person: Person;
  /** Place in the list of attributes. */
  readonly attribute: number;
  readonly language: Language;
  /** 0 to 4 */
  readonly phrasing: number;
}

/** Of every fourth person two phrasings of each question are never trained: who answers them has understood. */
const keptBackOf = 4;
const conversationsOfSeveral = 1800;
const smallTalkRepeats = 8;
const strangers = 1600;

const introductions = [
  'You are a helpful assistant.',
  'You are a friendly assistant. Answer briefly.',
  'Answer the question.',
  'あなたは親切なアシスタントです。',
  '質問に短く答えてください。',
];

const unknown: Readonly<Record<Language, Pattern>> = {
  en: 'I do not know {name}.',
  ja: '{name} さんのことは知りません。',
};

export interface TrainingText {
  readonly trained: readonly Conversation[];
  readonly keptBack: readonly Question[];
}

export function trainingText(): TrainingText {
  const draw = random(24);
  const trained: Question[] = [];
  const keptBack: Question[] = [];
  knownPeople().forEach((person, number) => {
    for (let attribute = 0; attribute < attributes.length; attribute++) {
      for (const language of languages) {
        const never = number % keptBackOf === 0 ? draw.shuffled(phrasingNumbers).slice(0, 2) : [];
        for (const phrasing of phrasingNumbers) {
          (never.includes(phrasing) ? keptBack : trained).push({ person, attribute, language, phrasing });
        }
      }
    }
  });
  for (let i = 0; i < strangers; i++) {
    trained.push({
      person: stranger(draw),
      attribute: draw.below(attributes.length),
      language: draw.pick(languages),
      phrasing: draw.below(phrasings),
    });
  }
  const single = trained.map((question) => exchange(question, draw));
  const several = Array.from({ length: conversationsOfSeveral }, () =>
    Array.from({ length: 2 + draw.below(2) }, () => exchange(draw.pick(trained), draw)).flat(),
  );
  const talk = Array.from({ length: smallTalkRepeats }, () => smallTalk).flat();
  const conversations = [...single, ...several, ...talk];
  return { trained: conversations.map((messages) => introduced(messages, draw)), keptBack };
}

/** Chat programs like to begin with a system message. It changes nothing here, and that must be learned, too. */
function introduced(messages: Conversation, draw: Random): Conversation {
  return draw.next() < 0.06 ? [{ role: 'system', content: draw.pick(introductions) }, ...messages] : messages;
}

export const phrasingNumbers = Array.from({ length: phrasings }, (_, i) => i);

/** Question and answer as they stand in the lists; with a source of chance, the question as somebody may type it. */
export function exchange(question: Question, draw?: Random): [Message, Message] {
  const asked = questionText(question);
  return [
    { role: 'user', content: draw ? typed(asked, question.language, draw) : asked },
    { role: 'assistant', content: answerText(question) },
  ];
}

export function questionText({ person, attribute, language, phrasing }: Question): string {
  return attributes[attribute]!.questions[language][phrasing]!.replace('{name}', person.name);
}

export function answerText({ person, attribute, language }: Question): string {
  if (person.facts === null) return unknown[language].replace('{name}', person.name);
  const { answer, values } = attributes[attribute]!;
  const value = values[person.facts[attribute]!]![language];
  return answer[language].replace('{name}', person.name).replace('{value}', value);
}

/** People leave marks out, and in Japanese set a question mark or no space after the name. */
function typed(text: string, language: Language, draw: Random): string {
  const luck = draw.next();
  if (language === 'en') return luck < 0.15 ? text.slice(0, -1) : text;
  const spaced = draw.next() < 0.4 ? text.replace(' さん', 'さん') : text;
  if (luck < 0.15) return spaced.slice(0, -1);
  return luck < 0.5 ? spaced.replace(/か。$/, 'か？') : spaced;
}
