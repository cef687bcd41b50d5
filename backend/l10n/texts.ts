/** Every text of the product that is not an error, in both languages. Errors stand in backend/contract/errors.ts. */
import { cliTexts } from './cliTexts.ts';
import { datasetTexts } from './datasetTexts.ts';
import { doctorTexts } from './doctorTexts.ts';
import { helpTexts } from './helpTexts.ts';
import { lessonTexts } from './lessonTexts.ts';
import { runTexts } from './runTexts.ts';

export const texts = { ...cliTexts, ...datasetTexts, ...doctorTexts, ...helpTexts, ...lessonTexts, ...runTexts };

export type TextKey = keyof typeof texts;
