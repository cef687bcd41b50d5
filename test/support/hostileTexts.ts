/** What a thing may be called by somebody who means harm, or only has a strange name for it. */
export const hostileTexts: readonly string[] = [
  '<script>alert(1)</script>',
  '<img src=x onerror=alert(1)>',
  `it's "quoted" & more`,
  '[press me](command:workbench.action.quit)',
  '![x](https://example.com/x.png) https://example.com',
  '`code` **bold** _it_ # title | a | ~~b~~ $(trash) $(sync~spin)',
  '&lt;b&gt; &#x41; {{name}} {name} %s',
  '👨‍👩‍👧 🦉 é 日本語',
  'שלום עולם',
  'مرحبا <b>',
  'two\nlines\r\n\nand a tab\there',
  '\x1b]0;title\x07\x1b[2J\x1b[31mred',
  'safe\u202etxt.exe\u2066\u200f',
  '- item\n# heading\n    code',
];
