import { Inference } from '../../../backend/inference/inference.ts';
import { exchange, type Question } from './rows.ts';

/** The share of questions, 0 to 1, that the model answers word for word, asked as the product asks. */
export async function shareRight(path: string, hash: string, questions: readonly Question[]): Promise<number> {
  await using inference = new Inference({
    log: (level, message) => {
      if (level === 'error') console.error(message);
    },
    gpu: false,
  });
  await using answerer = await inference.answerers.open({ path, hash });
  const never = new AbortController().signal;
  let right = 0;
  for (const question of questions) {
    const [asked, expected] = exchange(question);
    if ((await answerer.answer([asked], 64, never)) === expected.content) right++;
  }
  return right / questions.length;
}
