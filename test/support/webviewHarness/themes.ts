/** The editor's default themes as `scripts/themeColours.ts` has recorded them, so that a page can be looked at without it. */
import recorded from './themes.json' with { type: 'json' };

export interface Theme {
  /** Of the body. */
  readonly className: string;
  /** Variables without their `--vscode-`. */
  readonly colours: Readonly<Record<string, string>>;
}

export type ThemeName = keyof typeof recorded;

export const themes: Readonly<Record<ThemeName, Theme>> = recorded;
