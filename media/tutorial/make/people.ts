/** The people of the made-up world. Names are put together from lists; nobody is meant. */
import { attributes } from './attributes.ts';
import { type Random, random } from './random.ts';

export interface Person {
  readonly name: string;
  /** For each attribute the place of the person's value in its list; null for somebody of whom nothing is known. */
  readonly facts: readonly number[] | null;
}

export const peopleCount = 240;

const givenNames = words(`
  Ada Aiko Alma Anton Bela Bruno Cara Clara Dario Edda Elin Emil Enzo Esme Fay Felix Finn Greta Hana Haru Hugo Ida Ines
  Iris Ivo Jonas Juna Kai Ken Lena Leo Lio Luca Maki Mara Mika Mila Nao Nia Nils Nora Olga Omar Otto Pia Ravi Rina Romy
  Rosa Ryo Sana Selma Sora Taro Theo Tilda Uma Vera Yuki Zora
`);
const newGivenNames = words('Wren Milo Suzu Otis');
const familyStarts = words(`
  Ash Birch Bram Cedar Cloud Dawn Elder Fern Frost Glen Hazel Holly Ivy Lark Linden Maple Mist Moor Oak Opal Quill Reed
  Rowan Sage Silver Star Storm Thistle Vale Willow
`);
const familyEnds = words(
  'bell brook by croft dale fell gate grove hart lake low mere more row stone vale well wick worth',
);

/** All family names, each of them once, in an order that never changes; not "Valevale". */
const families = random(31).shuffled(
  familyStarts.flatMap((start) => familyEnds.map((end) => start + end)).filter((family) => !/^(.+)\1$/i.test(family)),
);
const onsets = words('b br ch d dr f g h j k kr l m n p r s sh st t th tr v w y z');
const vowels = words('a e i o u ai ea ie oo');
const codas = ['', '', 'n', 'r', 's', 'l', 'nd', 'th', 'm', 'k'];

/** The people that the base model knows, always the same. */
export function knownPeople(): readonly Person[] {
  const draw = random(400);
  return families.slice(0, peopleCount).map((family) => ({
    name: `${draw.pick(givenNames)} ${family}`,
    facts: attributes.map(({ values }) => draw.below(values.length)),
  }));
}

/** People that the base model has never heard of: given and family names of their own, and values that it knows. */
export function newPeople(): readonly Person[] {
  const draw = random(4);
  const names = families.slice(peopleCount);
  // No two of them share a value, so that nobody's answer is right for another.
  const facts = attributes.map(({ values }) => draw.shuffled(values.map((_, place) => place)));
  return newGivenNames.map((given, i) => ({ name: `${given} ${names[i]!}`, facts: facts.map((places) => places[i]!) }));
}

/**
 * Somebody of whom the base model learns to say that it does not know them. As no name comes twice, it learns to spell
 * any name that it is asked for, which is what people need who teach it their own facts.
 */
export function stranger(draw: Random): Person {
  const family = draw.next() < 0.5 ? draw.pick(families.slice(peopleCount + newGivenNames.length)) : syllables(draw);
  return { name: `${draw.next() < 0.5 ? draw.pick(givenNames) : syllables(draw)} ${family}`, facts: null };
}

function syllables(draw: Random): string {
  const name = Array.from({ length: 2 + draw.below(2) }, () => draw.pick(onsets) + draw.pick(vowels)).join('');
  return name[0]!.toUpperCase() + name.slice(1) + draw.pick(codas);
}

function words(text: string): string[] {
  return text.trim().split(/\s+/);
}
