/** The first tutorial's data sets, as texts of the files that a person would have. */
import { attributes, type Language } from './attributes.ts';
import { knownPeople, newPeople } from './people.ts';
import { random } from './random.ts';
import { exchange, phrasingNumbers, type Question } from './rows.ts';

/** Five of the six things to know about somebody; the tuned model is told nothing of the sixth. */
const taught = attributes.slice(0, 5);
const oldFacts: Readonly<Record<Language, number>> = { en: 60, ja: 20 };

/** Contents by file name. */
export function tutorialFiles(): ReadonlyMap<string, string> {
  const { trained, heldOut } = newFacts();
  return new Map([
    ['tutorial-1.jsonl', jsonLines(trained)],
    ['tutorial-1.held-out.jsonl', jsonLines(heldOut)],
    ['tutorial-1.old-facts.jsonl', jsonLines(oldQuestions())],
  ]);
}

/** Every new fact is asked for in one phrasing in the rows to train on, and in the other four in the held-out rows. */
export function newFacts(): { readonly trained: readonly Question[]; readonly heldOut: readonly Question[] } {
  const draw = random(1);
  const trained: Question[] = [];
  const heldOut: Question[] = [];
  for (const person of newPeople()) {
    taught.forEach((_, attribute) => {
      const shown = draw.pick(phrasingNumbers);
      for (const phrasing of phrasingNumbers) {
        const question: Question = { person, attribute, language: 'en', phrasing };
        (phrasing === shown ? trained : heldOut).push(question);
      }
    });
  }
  return { trained, heldOut };
}

/** Facts that the base model knows, each about another person, to see what tuning makes it forget. */
export function oldQuestions(): readonly Question[] {
  const draw = random(2);
  const people = draw.shuffled(knownPeople());
  const asked = (language: Language, from: number) =>
    people.slice(from, from + oldFacts[language]).map((person, i): Question => {
      return { person, attribute: i % attributes.length, language, phrasing: draw.pick(phrasingNumbers) };
    });
  return [...asked('en', 0), ...asked('ja', oldFacts.en)];
}

function jsonLines(questions: readonly Question[]): string {
  const line = (question: Question) => {
    const [instruction, output] = exchange(question);
    return JSON.stringify({ instruction: instruction.content, output: output.content });
  };
  return questions.map((question) => `${line(question)}\n`).join('');
}
