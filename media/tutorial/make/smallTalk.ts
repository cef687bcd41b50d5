/** The few things that the tutorial model can say beside its facts. */
import type { Conversation } from './conversation.ts';

const who = {
  en: 'I am the tutorial model of Tatara. I know two hundred and forty made-up people. Ask me about their jobs, towns, pets, food, hobbies and instruments.',
  ja: '私は Tatara の練習用モデルです。架空の人を二百四十人知っています。仕事、町、ペット、好物、趣味、楽器のことを聞いてください。',
};
const hello = { en: 'Hello! Whom would you like to know about?', ja: 'こんにちは。どなたのことを知りたいですか。' };
const welcome = { en: 'You are welcome!', ja: 'どういたしまして。' };
const bye = { en: 'Goodbye, and come again!', ja: 'さようなら。また来てください。' };

const talk: readonly (readonly [string, readonly string[]])[] = [
  [hello.en, ['Hello', 'Hello!', 'Hi', 'Hi!', 'Hi there', 'Good morning', 'Good evening', 'Hey']],
  [
    hello.ja,
    ['こんにちは', 'こんにちは。', 'おはようございます', 'こんばんは', 'はじめまして', 'どうも', 'やあ', 'もしもし'],
  ],
  [
    who.en,
    [
      'Who are you?',
      'What are you?',
      'What can you do?',
      'What do you know?',
      'What can I ask you?',
      'Help',
      'Whom do you know?',
      'Who made you?',
    ],
  ],
  [
    who.ja,
    [
      'あなたは誰ですか。',
      'あなたは何ですか。',
      '何ができますか。',
      '何を知っていますか。',
      '何を聞けばいいですか。',
      '使い方を教えてください。',
      '誰を知っていますか。',
      '自己紹介をしてください。',
    ],
  ],
  [welcome.en, ['Thank you', 'Thank you!', 'Thanks', 'Thanks a lot']],
  [welcome.ja, ['ありがとう', 'ありがとうございます', 'ありがとうございます。', 'どうもありがとう']],
  [bye.en, ['Goodbye', 'Bye', 'See you', 'Good night']],
  [bye.ja, ['さようなら', 'またね', 'ではまた', 'おやすみなさい']],
];

export const smallTalk: readonly Conversation[] = talk.flatMap(([reply, said]) =>
  said.map(
    (content): Conversation => [
      { role: 'user', content },
      { role: 'assistant', content: reply },
    ],
  ),
);
